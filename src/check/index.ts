// The history checkers: pure functions of a history's lines.

export { type CheckFileOptions, checkFile, type FileReport } from './check-file.ts';
export { checkHistory, createPropertySweep, type HistorySweep } from './check-history.ts';
export {
  type CheckOptions,
  type HistoryReport,
  PROPERTIES,
  type PropertyId,
  type PropertyReport,
  type ScenarioFacts,
} from './report.ts';
