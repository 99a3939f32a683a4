/** Which process holds a message, so that others can tell whether it still lives. */
import { readFileSync } from "node:fs";

/** Field 22 of /proc/PID/stat, counted after the command's closing bracket: https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html */
const startTimeField = 19;

/** Process id and, where the system tells it, start time: ids are used again, the pair is not. */
export function processIdentity(pid: number = process.pid): string {
  return `${pid}:${startTime(pid) ?? ""}`;
}

/** Whether the process of an identity still runs on this machine. */
export function isRunning(identity: string): boolean {
  const pid = Number(identity.slice(0, identity.indexOf(":")));
  try {
    process.kill(pid, 0);
  } catch (error) {
    // A process of another user exists, though it may not be signalled.
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return processIdentity(pid) === identity;
}

function startTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[startTimeField]!;
  } catch {
    return null;
  }
}
