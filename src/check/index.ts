// The history checkers: pure functions of a history's lines.

export { type CheckFileOptions, checkFile, type FileReport } from './check-file.ts';
export { checkHistory, createPropertySweep, type HistorySweep } from './check-history.ts';
export { PROPERTIES, type PropertyId } from './property-id.ts';
export type { CheckOptions, HistoryReport, PropertyReport, ScenarioFacts } from './report.ts';
