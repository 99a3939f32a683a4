/** Holds a function to what its role may do on AWS, so that a missing grant shows on the first machine that runs it. */
import { StoreUnavailableError } from "../../core/errors.ts";
import type { CallContext } from "./conditions.ts";
import { compilePolicy, type Call, type Policy } from "./evaluate.ts";
import type { Statement } from "./statement.ts";

/** A call that the function's role may not make. Nothing is wrong with the message at hand: it waits until someone acts. */
export class AccessDeniedError extends StoreUnavailableError {
  override name: string = "AccessDeniedError";
}

/** A call that a function made, or tried to make. */
export interface FunctionCall extends Call {
  readonly functionId: string;
}

export interface GuardOptions {
  readonly functionId: string;
  /** Of its role, and of the resources that it calls. */
  readonly statements: readonly Statement[];
  /** Is told of every call before it is judged. */
  readonly observe?: ((call: FunctionCall) => void) | undefined;
}

const noContext: CallContext = {};

export class Guard {
  readonly #functionId: string;
  readonly #policy: Policy;
  readonly #observe: GuardOptions["observe"];

  constructor({ functionId, statements, observe }: GuardOptions) {
    this.#functionId = functionId;
    this.#policy = compilePolicy(statements);
    this.#observe = observe;
  }

  /** @throws AccessDeniedError that names the function, the call and the grant that is missing. */
  demand(action: string, resource: string, context: CallContext = noContext): void {
    this.#observe?.({ functionId: this.#functionId, action, resource, context });
    const verdict = this.#policy({ action, resource, context });
    if (verdict.allowed) return;
    const cause =
      verdict.by === null
        ? `no policy grants it; grant it in lib/stacks/ or leave the call out`
        : `the policy statement ${JSON.stringify(verdict.by)} denies it; make the call as the statement asks`;
    throw new AccessDeniedError(
      `AccessDenied: function "${this.#functionId}" may not call ${action} on "${resource}": ${cause}`,
    );
  }
}
