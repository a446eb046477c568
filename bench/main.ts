// `npm run bench [name…]`: runs the benchmarks, each beside its limit or peer measured in the same run. The load average
// stands beside each name: on a busy machine times are worth little, ratios more.

import { readdirSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from './row.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);
const started = performance.now();
// Whoever reads may have seen enough.
process.stdout.on('error', () => process.exit());

for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!entry.endsWith('.bench.ts')) continue;
  const name = entry.slice(0, -'.bench.ts'.length);
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  await bench(name, entry);
}
process.stdout.write(`\n${seconds(started)} s in all, ${availableParallelism()} cores\n`);

/** One bench; a broken one is told and keeps no other from being run. */
async function bench(name: string, entry: string): Promise<void> {
  const from = performance.now();
  process.stdout.write(`\n${name}  (load average ${loadavg()[0]!.toFixed(1)})\n`);
  try {
    const module = (await import(new URL(entry, import.meta.url).href)) as {
      run: () => Promise<readonly BenchRow[]>;
    };
    for (const row of await module.run()) process.stdout.write(`${rowText(row)}\n`);
  } catch (error) {
    process.exitCode = 1;
    process.stdout.write(`  BROKEN: ${(error as Error).stack}\n`);
  }
  process.stdout.write(`  ${seconds(from)} s\n`);
}

function rowText(row: BenchRow): string {
  const parts = [`  ${row.name.padEnd(56)} ${format(row.value).padStart(12)} ${row.unit}`];
  if (row.limit !== undefined) parts.push(`limit ${format(row.limit)} ${row.unit}`);
  if (row.ratio !== undefined) parts.push(`ratio ${row.ratio.toFixed(2)}`);
  if (row.target !== undefined) parts.push(`wanted ${row.target}`);
  if (row.met !== undefined) parts.push(row.met ? 'met' : 'NOT MET');
  return parts.join('  ');
}

function format(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000)
    return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}

function seconds(from: number): string {
  return ((performance.now() - from) / 1000).toFixed(1);
}
