/**
 * Gives memory back. glibc serves ever larger blocks from its own arenas, up to 32 MB, once a block of that size was
 * freed; a load, which frees columns all the time, then keeps a hundred megabytes of holes for as long as it runs. A fixed
 * threshold returns every block above it at once. It can only be set by the environment in which a process starts
 * (M_MMAP_THRESHOLD in https://man7.org/linux/man-pages/man3/mallopt.3.html).
 */
export const allocatorEnvironment = { MALLOC_MMAP_THRESHOLD_: "131072" } as const;

/**
 * Starts this program again in the same process, with the allocator's environment, unless it has that already. Nothing may
 * be open or read yet. Without effect where glibc or `execve` are missing, and under a parent that talks to this process.
 */
export function restartWithAllocator(process: NodeJS.Process): void {
  const isSet = Object.keys(allocatorEnvironment).every((name) => process.env[name] !== undefined);
  if (isSet || process.platform !== "linux" || process.connected || process.execve === undefined) return;
  const command = [process.execPath, ...process.execArgv, ...process.argv.slice(1)];
  process.execve(process.execPath, command, { ...process.env, ...allocatorEnvironment });
}
