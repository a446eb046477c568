// Judges a round at once, by the same checkers that judge the whole history after the run: the header, the lines since the
// round began, a footer. Tenants of earlier rounds and scenarios are left out, for their beginnings are not in these lines.

import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync } from 'node:fs';
import { checkHistory, PROPERTIES } from '../../check/index.ts';
import { type Finding, isServerFailure } from '../../core/finding.ts';
import type { Profile } from '../../core/verdict.ts';
import type { HeaderLine, HistoryLine } from '../../history/index.ts';

/** A place in a history file. */
export interface HistoryMark {
  readonly file: string;
  readonly header: HeaderLine;
  /** Bytes before it. */
  readonly offset: number;
  /** Tenants that had been seen before it. */
  readonly known: ReadonlySet<string>;
}

/** The end of the history as it is now. */
export function markHistory(file: string, before?: HistoryMark): HistoryMark {
  const text = before === undefined ? readFileSync(file, 'utf8') : readFrom(file, before.offset);
  const known = new Set(before?.known);
  for (const [, tenant] of text.matchAll(/"tenant":"([0-9a-f]{32})"/g)) known.add(tenant!);
  const header = before?.header ?? (JSON.parse(text.slice(0, text.indexOf('\n'))) as HeaderLine);
  return { file, header, offset: statSync(file).size, known };
}

/** What the server broke since the mark: findings that count, P1 left out, for that is ours. */
export async function judgeSince(mark: HistoryMark, profile: Profile): Promise<Finding[]> {
  const report = await checkHistory(linesSince(mark), { profile });
  return PROPERTIES.filter((property) => property !== 'P1')
    .flatMap((property) => report.properties[property].findings)
    .filter(isServerFailure);
}

/** A history of its own made of the lines since the mark. */
export function linesSince(mark: HistoryMark): HistoryLine[] {
  const lines: HistoryLine[] = [mark.header];
  for (const text of readFrom(mark.file, mark.offset).split('\n')) {
    if (text === '') continue;
    const line = JSON.parse(text) as HistoryLine;
    if ('tenant' in line && line.tenant !== undefined && mark.known.has(line.tenant)) continue;
    lines.push(line);
  }
  const { i, t } = lines.at(-1)!;
  const latest = lines.reduce((latest, line) => Math.max(latest, line.t), t);
  lines.push({ stream: 'run', type: 'footer', i: i + 1, t: latest, lines: {} });
  return lines;
}

function readFrom(file: string, offset: number): string {
  const fd = openSync(file, 'r');
  try {
    const bytes = Buffer.alloc(Math.max(0, fstatSync(fd).size - offset));
    let done = 0;
    while (done < bytes.length) {
      const read = readSync(fd, bytes, done, bytes.length - done, offset + done);
      if (read === 0) break;
      done += read;
    }
    return bytes.toString('utf8', 0, done);
  } finally {
    closeSync(fd);
  }
}
