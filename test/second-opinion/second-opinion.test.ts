// An independent second opinion: Prism judges the same answers. Each disagreement is in the list, with its reason.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { loadCatalogue, type Obligation } from '../../src/catalogue/index.ts';
import { createJudge, type Exchange } from '../../src/check/answer/index.ts';
import { sampleExchange, wrongAnswers } from '../../src/check/answer/sample.ts';
import { type PrismOpinion, startPrism } from './prism.ts';
import { withRequest } from './right-request.ts';

/** A row of `disagreements.yaml`: where the two opinions differ, and why. */
interface Disagreement {
  /** Pattern of the cell's id; default: all. */
  readonly cell?: string;
  /** Pattern of what was done to the right answer. */
  readonly mutation: string;
  readonly judge: 'right' | 'wrong';
  readonly prism: PrismOpinion;
  readonly reason: string;
}

/** Cells whose schema another one has too, so that Prism, which is slow, is asked about it once. */
const TOLD_ELSEWHERE = ['timeline_create.201', 'timeline_list.200', 'tenant_list.200', 'do_gc.200'];

/** All mutations of the successes and of one error. */
function isTold(cell: Obligation): boolean {
  if (TOLD_ELSEWHERE.includes(cell.id)) return false;
  return Number(cell.answer.status) < 300 || cell.id === 'attach.409';
}

/** Prism falls over a Content-Type that is no media type at all, so it is not asked. */
const NOT_ASKED = ['media type json', 'media type '];

test('Prism and the judge agree on right answers and wrong ones, but for the disagreements listed', async () => {
  const catalogue = loadCatalogue();
  const judge = createJudge(catalogue);
  const file = join(import.meta.dirname, 'disagreements.yaml');
  const listed = parse(readFileSync(file, 'utf8')) as Disagreement[];
  const used = new Set<Disagreement>();
  const surprises: string[] = [];
  await using prism = await startPrism();

  const compare = async (cell: string, mutation: string, bare: Exchange): Promise<void> => {
    const exchange = withRequest(bare);
    const ours = judge.judge(exchange).length === 0 ? 'right' : 'wrong';
    const theirs = await prism.opinion(exchange);
    if (ours === theirs) return;
    const row = listed.find(
      (one) =>
        one.judge === ours &&
        one.prism === theirs &&
        new RegExp(one.cell ?? '').test(cell) &&
        new RegExp(one.mutation).test(mutation),
    );
    if (row) used.add(row);
    else surprises.push(`${cell}: ${mutation}: the judge says ${ours}, Prism ${theirs}`);
  };

  const work: (() => Promise<void>)[] = [];
  for (const cell of catalogue.obligations) {
    work.push(() => compare(cell.id, 'right', sampleExchange(catalogue, cell)));
    if (!isTold(cell)) continue;
    for (const { mutation, exchange } of wrongAnswers(catalogue, cell)) {
      if (NOT_ASKED.includes(mutation)) continue;
      work.push(() => compare(cell.id, mutation, exchange));
    }
  }
  expect(work.length).toBeGreaterThan(500);
  await Promise.all(Array.from({ length: 8 }, () => drain(work)));
  expect(surprises).toEqual([]);
  expect(listed.filter((row) => !used.has(row))).toEqual([]);
});

async function drain(work: (() => Promise<void>)[]): Promise<void> {
  for (let next = work.pop(); next; next = work.pop()) await next();
}
