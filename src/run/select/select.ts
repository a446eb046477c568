// Which scenarios a run takes: globs on ids, suites by name, shards.

import picomatch from 'picomatch';
import { UsageError } from '../../core/exit.ts';
import { didYouMean } from '../../core/nearest.ts';
import { SUITES, type SuiteFile } from './suites.ts';

/** What the user asked for. */
export interface Selection {
  /** Globs on scenario ids; an exact id is a glob too. Empty = all. */
  readonly globs: readonly string[];
  /** Names of suites; empty = all. */
  readonly suites: readonly string[];
  /** `i/n`, i from 1. */
  readonly shard?: string;
}

/** The selected files in running order. Throws a UsageError for an unknown name or an empty selection. */
export function selectFiles(files: readonly SuiteFile[], selection: Selection): SuiteFile[] {
  for (const suite of selection.suites) {
    if (!(SUITES as readonly string[]).includes(suite)) {
      throw new UsageError(
        `Unknown suite "${suite}".${didYouMean(suite, SUITES)} Suites: ${SUITES.join(', ')}.`,
      );
    }
  }
  const inSuites = files.filter(
    (file) => selection.suites.length === 0 || selection.suites.includes(file.suite),
  );
  const matched = matchGlobs(inSuites, selection);
  const selected = selection.shard === undefined ? matched : takeShard(matched, selection.shard);
  if (selected.length === 0) {
    throw new UsageError(
      'The selection is empty: no scenario fits both --suite, --shard and the globs. `list` shows all.',
    );
  }
  return selected;
}

function matchGlobs(files: readonly SuiteFile[], { globs, suites }: Selection): SuiteFile[] {
  const among = suites.length === 0 ? '' : ` in suite ${suites.join(', ')}`;
  if (globs.length === 0) return [...files];
  const chosen = new Set<SuiteFile>();
  for (const glob of globs) {
    // A folder's scenarios are all below it, whatever they are sorted into.
    const isMatch = picomatch(glob.replace(/\/\*$/, '/**'));
    const hits = files.filter((file) => isMatch(file.id));
    if (hits.length === 0) {
      const ids = files.map((file) => file.id);
      throw new UsageError(
        `No scenario${among} matches "${glob}".${didYouMean(glob, ids)} \`list\` shows all ids.`,
      );
    }
    for (const hit of hits) chosen.add(hit);
  }
  return files.filter((file) => chosen.has(file));
}

function takeShard(files: readonly SuiteFile[], shard: string): SuiteFile[] {
  const parts = /^([1-9]\d*)\/([1-9]\d*)$/.exec(shard);
  const index = Number(parts?.[1]);
  const count = Number(parts?.[2]);
  if (!parts || index > count) {
    throw new UsageError(`--shard takes i/n with 1 ≤ i ≤ n, for example 2/3; it was "${shard}".`);
  }
  return files.filter((_, position) => position % count === index - 1);
}
