import { openZone } from "../../../../core/calendar/zone.ts";

export const dayMs = 86_400_000;
export const newYork = openZone("America/New_York");
export const london = openZone("Europe/London");

/** `2026-11-20` of a UTC time. */
export const dateText = (tsMs: number) => new Date(tsMs).toISOString().slice(0, 10);

/** `2026-11-20 09:30:00` of a UTC time. */
export const timeText = (tsMs: number) => new Date(tsMs).toISOString().slice(0, 19).replace("T", " ");

/** As `timeText`, in New York. */
export const newYorkText = (tsMs: number) => timeText(tsMs + newYork.offsetAtMs(tsMs));

/** UTC ms of midnight in New York that begins `YYYY-MM-DD`, `days` later. */
export const newYorkMidnightMs = (date: string, days = 0) =>
  newYork.utcOfLocalMs(Date.parse(date) + days * dayMs);
