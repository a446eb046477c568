// `run --spec` with a changed copy of the document: exactly the affected rows are told stale, what is new is told
// uncovered, and the rest is judged as before.

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runProgram, tempFolder } from '../cli/program.ts';
import { readOutcome } from '../providers/outcome.ts';
import { root } from '../tidy/sources.ts';

const NEW_OPERATION = `  /v1/tenant/{tenant_id}/location_config:
    put:
      description: Sets where the tenant is.
      responses:
        "200":
          description: It is there.
`;

test('stale, uncovered and the rest', { timeout: 120_000 }, async () => {
  using folder = tempFolder();
  const spec = join(folder.path, 'later.yaml');
  const original = readFileSync(join(root(), 'spec', 'openapi.yaml'), 'utf8');
  const changed = original
    .replace('A request that is under way cannot be cancelled.', 'A request can be cancelled.')
    .replace(/^paths:\n/m, (line) => `${line}${NEW_OPERATION}`);
  expect(changed.length).toBeGreaterThan(original.length + NEW_OPERATION.length - 40);
  writeFileSync(spec, changed);

  const out = join(folder.path, 'out');
  const finished = await runProgram(['run', 'contract/status', '--spec', spec, '--out', out]);
  const outcome = readOutcome(out);
  expect(outcome.stale).toEqual(['attach.no-cancel']);
  expect(outcome.uncovered).toContain('PUT /v1/tenant/{tenant_id}/location_config');
  expect(finished.stdout).toMatch(/stale: .*attach\.no-cancel/);
  expect(finished.stdout).toMatch(/no requirement row for PUT .*location_config/);
  expect(outcome.scenarios.map(({ id, verdict }) => [id, verdict])).toEqual([
    ['contract/status', 'pass'],
  ]);
  expect(finished.code).toBe(0);
});
