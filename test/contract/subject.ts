/** An adapter under test and how to take it down. Each test gets a fresh one. */
export interface Subject<T> {
  readonly subject: T;
  readonly dispose?: () => Promise<void> | void;
}

/** Calls `use` with a fresh subject and takes it down whatever happens. */
export async function withSubject<S extends { readonly dispose?: () => Promise<void> | void }>(
  make: () => Promise<S> | S,
  use: (made: S) => Promise<void>,
): Promise<void> {
  const made = await make();
  try {
    await use(made);
  } finally {
    await made.dispose?.();
  }
}
