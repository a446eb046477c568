// `npm run bench [name…]`: runs the benchmarks, each beside its limit or peer measured in the same run.

import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BenchRow } from './row.ts';

const folder = fileURLToPath(new URL('.', import.meta.url));
const wanted = process.argv.slice(2);

for (const entry of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
  if (!entry.endsWith('.bench.ts')) continue;
  const name = entry.slice(0, -'.bench.ts'.length);
  if (wanted.length > 0 && !wanted.some((word) => name.includes(word))) continue;
  const module = (await import(new URL(entry, import.meta.url).href)) as {
    run: () => Promise<readonly BenchRow[]>;
  };
  process.stdout.write(`\n${name}\n`);
  for (const row of await module.run()) process.stdout.write(`${rowText(row)}\n`);
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
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US');
  return value.toPrecision(3);
}
