// Histories: writing them as things happen, reading them back, damaged or not.

export * from './events.ts';
export {
  type HistoryDamage,
  loadHistory,
  type ParsedHistory,
  parseHistory,
  readHistory,
  readHistoryBatches,
} from './reader.ts';
export { sortLines } from './sort.ts';
export { createLineValidator, type LineCheck, type LineValidator } from './validate.ts';
export {
  type HistoryHeader,
  type HistoryOptions,
  type HistoryWriter,
  openHistory,
} from './writer.ts';
