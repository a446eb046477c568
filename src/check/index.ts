// The history checkers: pure functions of a history's lines.

export { checkHistory, createPropertySweep, type HistorySweep } from './check-history.ts';
export {
  type CheckOptions,
  type HistoryReport,
  PROPERTIES,
  type PropertyId,
  type PropertyReport,
} from './report.ts';
