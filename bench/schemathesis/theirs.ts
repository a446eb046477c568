// One run of Schemathesis, bounded in time; its cells are read off its HAR file.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadCatalogue } from '../../src/catalogue/index.ts';
import type { Reached } from './reached.ts';
import type { Reference } from './reference.ts';

const DOCUMENT = fileURLToPath(new URL('../../spec/openapi.yaml', import.meta.url));
/** Its time budget; stateful testing repeats until it is spent. */
const BUDGET_S = 30;

interface Har {
  readonly log: {
    readonly entries: readonly {
      readonly request: { readonly method: string; readonly url: string };
      readonly response: { readonly status: number };
    }[];
  };
}

/** Runs it on the reference. */
export async function measureTheirs(
  program: string,
  reference: Reference,
  folder: string,
): Promise<Reached> {
  const [har, json] = [join(folder, 'st.har'), join(folder, 'st.json')];
  const reports = ['--report', 'har,json', '--report-har-path', har, '--report-json-path', json];
  const bounds = ['--max-time', `${BUDGET_S}`, '--seed', '1', '--continue-on-failure'];
  const header = ['-H', `Authorization: Bearer ${reference.token}`];
  const started = performance.now();
  const child = spawn(
    program,
    ['run', DOCUMENT, '--url', reference.url, ...bounds, ...header, ...reports],
    { stdio: 'ignore', cwd: folder },
  );
  await once(child, 'exit');
  const wallS = (performance.now() - started) / 1000;
  const { entries } = (JSON.parse(readFileSync(har, 'utf8')) as Har).log;
  const { test_cases } = JSON.parse(readFileSync(json, 'utf8')) as {
    test_cases: { unique_failures: number };
  };
  return {
    cells: documentedCells(entries),
    wallS,
    exchanges: entries.length,
    falseAlarms: test_cases.unique_failures,
  };
}

function documentedCells(entries: Har['log']['entries']): number {
  const { obligations, operations } = loadCatalogue();
  const documented = new Set(obligations.map(({ id }) => id));
  const paths = operations.map(({ name, method, path }) => ({
    name,
    method,
    pattern: new RegExp(`^${path.replaceAll(/\{[^}]*\}/g, '[^/]+')}$`),
  }));
  const seen = new Set<string>();
  for (const { request, response } of entries) {
    const { pathname } = new URL(request.url);
    // A fixed path comes before one with parameters: /v1/tenant/config is no tenant.
    const fitting = paths.filter(
      (one) => one.method === request.method && one.pattern.test(pathname),
    );
    for (const { name } of fitting) {
      const id = `${name}.${response.status}`;
      if (documented.has(id)) seen.add(id);
    }
  }
  return seen.size;
}
