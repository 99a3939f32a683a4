/** The tables of the lake. Views stand apart (views.ts): functions know tables alone, and need not carry their SQL. */
import { corporateActions, rawActions } from "./actions.ts";
import { barsDaily, barsIntraday, quarantine, rawBars, receivedBars } from "./bars.ts";
import { indicatorsDaily, indicatorsIntraday } from "./indicators.ts";
import { eltJobLog } from "./operations.ts";
import type { Table } from "./table.ts";

export {
  barsDaily,
  barsIntraday,
  eltJobLog,
  indicatorsDaily,
  indicatorsIntraday,
  quarantine,
  rawBars,
  receivedBars,
};
export { partitionColumn } from "./table.ts";
export { corporateActions, rawActions };
export { barsTableOf, indicatorsTableOf } from "./series.ts";
export type { Column, ColumnType, Partition, Row, Table, View } from "./table.ts";

/** Every table of the lake. */
export const tables: readonly Table[] = [
  rawBars,
  barsDaily,
  barsIntraday,
  indicatorsDaily,
  indicatorsIntraday,
  rawActions,
  corporateActions,
  quarantine,
  eltJobLog,
];
