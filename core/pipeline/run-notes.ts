/** What people should know of how a run of extract went, beside what it left. */
import type { TerminalError } from "../errors.ts";
import type { ExtractRequest } from "../messages/index.ts";
import type { Provider } from "../providers/provider.ts";
import { reachOfAll } from "./cuts.ts";
import { windowOf } from "./extract-work.ts";

export interface RunFacts {
  /** What was missing, where the run has looked for gaps. */
  readonly gaps: { readonly symbols: number; readonly bars: number };
  /** Why symbols have come without their splits and dividends. */
  readonly actionsRefusal: TerminalError | null;
  readonly repeatedAnswers: number;
}

/** @param chain who was asked */
export function notesOf(
  request: ExtractRequest,
  chain: readonly Provider[],
  { gaps, actionsRefusal, repeatedAnswers }: RunFacts,
): string[] {
  return [
    ...gapNotes(request, gaps),
    ...reachNotes(request, chain),
    ...(actionsRefusal === null ? [] : [`bars without splits and dividends: ${actionsRefusal.message}`]),
    ...(repeatedAnswers === 0 ? [] : [`${repeatedAnswers} answers as before`]),
  ];
}

function gapNotes({ only }: ExtractRequest, { symbols, bars }: RunFacts["gaps"]): string[] {
  if (symbols > 0) return [`${bars} bars of ${symbols} symbols were missing`];
  return only === undefined ? [] : ["nothing missing"];
}

/** Vendors that keep recent bars only are not asked for older ones. */
function reachNotes(request: ExtractRequest, chain: readonly Provider[]): string[] {
  const window = windowOf(request);
  const { interval, scheduledTime } = request;
  const asOfMs = Date.parse(scheduledTime);
  const reachMs = window === null ? null : reachOfAll(chain, { ...window, interval, asOfMs });
  return reachMs === null
    ? []
    : [`no provider asked has bars of before ${new Date(reachMs).toISOString()} any more`];
}
