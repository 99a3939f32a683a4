import { readFileSync } from "node:fs";

/**
 * Peak of this process's resident set, MiB. The kernel's own count, where it has one: that of `resourceUsage` starts with
 * what the parent held when it forked (setmax_mm_hiwater_rss in https://github.com/torvalds/linux/blob/master/fs/exec.c).
 */
export function peakMemoryMb(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS / 1_024;
  const [, kibibytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "utf8"))!;
  return Number(kibibytes) / 1_024;
}
