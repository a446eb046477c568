// The rig with everything in place: reference, tap, and the embedded Toxiproxy in front of node and store.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { expect, test } from 'vitest';
import { type FaultLane, openFaultLane } from '../../fault/index.ts';
import { parseHistory } from '../../history/index.ts';
import { loadTarget } from '../../target/index.ts';
import { openToxiproxy } from '../../toxiproxy/index.ts';
import { openRig, type Rig, rigLaneOf } from './index.ts';

test('node and store are reached through proxies, which follow the node through its boots', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'psc-lane-'));
  const historyFile = join(folder, 'history.ndjson');
  const runId = `lane-test-${process.pid}`;
  try {
    await using toxiproxy = await openToxiproxy({ kind: 'embedded', seed: '1', run: runId });
    {
      let faults: FaultLane | undefined;
      await using rig = await openRig({
        target: await loadTarget(undefined, {}),
        name: 'rig',
        historyFile,
        run: { seed: '1', profile: 'documented', runId, outDir: folder, tempDir: folder },
        openLane: async ({ sink, clock, origin, store }) => {
          faults = await openFaultLane({ toxiproxy, store, sink, clock, headerStart: origin });
          return rigLaneOf(faults);
        },
      });
      const node = rig.node('a');
      await node.ensureUp();
      const { hostname: host, port } = new URL(node.url);
      const link = await faults!.clientLink('a', { host, port: Number(port) });
      expect(await createTenant(rig, link.url, 'c1')).toBe(201);
      await node.restart('kill');
      expect(await createTenant(rig, link.url, 'c2')).toBe(201);
    }
    const { lines, damage } = parseHistory(readFileSync(historyFile));
    expect(damage).toEqual([]);
    for (const [boot, call] of [
      [1, 'c1'],
      [2, 'c2'],
    ] as const) {
      const own = lines.filter((line) => 'boot' in line && line.boot === boot);
      expect(own).toContainEqual(expect.objectContaining({ type: 'request', call, copy: 1 }));
      expect(own).toContainEqual(expect.objectContaining({ type: 'answer', call, status: 201 }));
      expect(own).toContainEqual(expect.objectContaining({ type: 'open', link: 'node-store' }));
      expect(own).toContainEqual(expect.objectContaining({ stream: 'store', type: 'received' }));
      // Its connections have ended before its death is told.
      expect(own.at(-1)).toMatchObject({ stream: 'process', type: 'exit' });
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

async function createTenant(rig: Rig, url: string, call: string): Promise<number> {
  const answer = await fetch(`${url}/v1/tenant/`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${rig.tokens!.mint({ scope: 'pageserverapi' })}`,
      'content-type': 'application/json',
      'x-request-id': call,
    },
    body: '{}',
  });
  await answer.arrayBuffer();
  return answer.status;
}
