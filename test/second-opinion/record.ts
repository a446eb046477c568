// One real answer of the reference for each cell of the contract, as a contract run causes them.

import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import type { Catalogue } from '../../src/catalogue/index.ts';
import type { Exchange } from '../../src/check/answer/index.ts';
import { loadRawTarget, referenceTargetFile } from '../../src/target/index.ts';
import { runProgram, tempFolder } from '../cli/program.ts';

interface Recorded {
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Runs the contract suite on a reference that writes down its answers; the longest of each cell, by the cell's id. */
export async function recordAnswers(catalogue: Catalogue): Promise<Map<string, Exchange>> {
  using folder = tempFolder();
  const target = writeTarget(folder.path);
  const args = [
    'run',
    '--suite',
    'contract',
    '--target',
    target,
    '--out',
    join(folder.path, 'out'),
  ];
  const { code, stderr } = await runProgram(args);
  if (code !== 0) throw new Error(`the contract run ended with ${code}:\n${stderr}`);
  const found = new Map<string, Exchange>();
  for (const recorded of readRecorded(folder.path)) {
    const exchange = toExchange(catalogue, recorded);
    const cell = `${exchange.operation}.${recorded.status}`;
    const known = found.get(cell)?.response.body.length ?? -1;
    if (exchange.response.body.length > known) found.set(cell, exchange);
  }
  return found;
}

function writeTarget(folder: string): string {
  const raw = loadRawTarget(referenceTargetFile());
  const recorder = pathToFileURL(join(import.meta.dirname, 'recorder.ts')).href;
  const env = {
    ...raw.env,
    NODE_OPTIONS: `--import=${recorder}`,
    RECORD_ANSWERS: join(folder, 'answers'),
  };
  const file = join(folder, 'target.yaml');
  writeFileSync(file, stringify({ ...raw, env }));
  return file;
}

function readRecorded(folder: string): Recorded[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ndjson'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trim().split('\n'))
    .map((line) => JSON.parse(line) as Recorded);
}

function toExchange(
  catalogue: Catalogue,
  { method, url, status, headers, body }: Recorded,
): Exchange {
  const path = url.replace(/\?.*/, '');
  const match = catalogue.matchOperation(method, path);
  return {
    operation: match?.operation.name,
    request: { method, url: `http://127.0.0.1:9898${url}` },
    response: { status, headers, body: Buffer.from(body) },
  };
}
