// The contract judge alone, beside JSON.parse alone on the same bodies: answers a second of one thread.

import { loadCatalogue } from '../../src/catalogue/index.ts';
import { createJudge, type Exchange } from '../../src/check/answer/index.ts';
import { sampleExchange } from '../../src/check/answer/sample.ts';
import type { BenchRow } from '../row.ts';

const ROUNDS = 9;
const ANSWERS = 50_000;
/** What the contract gate asks for. */
const WANTED = 40_000;

/** Answers judged a second: of one timeline, of all 92 cells in turn, and of a long list. */
export async function run(): Promise<BenchRow[]> {
  const catalogue = loadCatalogue();
  const judge = createJudge(catalogue);
  const cells = catalogue.obligations.map((cell) => sampleExchange(catalogue, cell));
  const timeline = cells.filter((one) => isCell(one, 'timeline_detail', 200));
  const list = cells.filter((one) => isCell(one, 'timeline_list', 200)).map(longList);
  return [
    row('one timeline', timeline, (one) => judge.judge(one)),
    row('all 92 answers in turn', cells, (one) => judge.judge(one)),
    row('a list of 200 timelines', list, (one) => judge.judge(one), ANSWERS / 100),
  ];
}

function isCell(exchange: Exchange, operation: string, status: number): boolean {
  return exchange.operation === operation && exchange.response.status === status;
}

function longList(exchange: Exchange): Exchange {
  const [first] = JSON.parse(Buffer.from(exchange.response.body).toString()) as unknown[];
  const body = Buffer.from(JSON.stringify(Array.from({ length: 200 }, () => first)));
  return { ...exchange, response: { ...exchange.response, body } };
}

function row(
  name: string,
  exchanges: readonly Exchange[],
  work: (exchange: Exchange) => unknown,
  count = ANSWERS,
): BenchRow {
  const parse = (one: Exchange): unknown =>
    one.response.body.length === 0 ? null : JSON.parse((one.response.body as Buffer).toString());
  const [values, limits]: [number[], number[]] = [[], []];
  for (let round = 0; round < ROUNDS; round += 1) {
    values.push(perSecond(exchanges, work, count));
    limits.push(perSecond(exchanges, parse, count));
  }
  const [value, limit] = [median(values), median(limits)];
  const isList = count !== ANSWERS;
  return {
    name: `judge: ${name}`,
    value,
    unit: 'answers/s',
    limit,
    ratio: value / limit,
    ...(isList ? {} : { target: WANTED, met: value >= WANTED }),
  };
}

function perSecond(
  exchanges: readonly Exchange[],
  work: (exchange: Exchange) => unknown,
  count: number,
): number {
  const started = performance.now();
  for (let index = 0; index < count; index += 1) work(exchanges[index % exchanges.length]!);
  return (count / (performance.now() - started)) * 1_000;
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
}
