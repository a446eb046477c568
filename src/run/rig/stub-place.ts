// A rig over the stub, for tests of the rig: opened in a folder of its own, its history told as short texts.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { packageRoot } from '../../core/package.ts';
import { type HistoryLine, type ParsedHistory, parseHistory } from '../../history/index.ts';
import { parseTarget } from '../../target/index.ts';
import { openRig, type Rig, type RigOptions } from './index.ts';

/** What one boot of a stub was launched with. */
export interface StubLaunch {
  /** Own address, store endpoint, data folder. */
  readonly arguments: readonly [string, string, string];
  readonly env: Readonly<Record<string, string>>;
}

/** A place for one rig over the stub. */
export interface StubPlace extends Disposable {
  readonly folder: string;
  /** Opens the rig; `text` is a target file. */
  open(text?: string, more?: Partial<RigOptions>): Promise<Rig>;
  /** The recorded history so far. */
  history(): ParsedHistory;
  /** Its lines as short texts, without the frame. Throws when the history is damaged. */
  story(): string[];
  launched(node: string, boot: number): StubLaunch;
}

/** A target file for the stub in mode `mode`, with more lines. */
export function stubFile(more = '', mode = 'serve'): string {
  const stub = join(packageRoot(), 'fixtures', 'targets', 'stub-pageserver.js');
  return `
name: stub
kind: process
command: ["{suite.node}", ${JSON.stringify(stub)}, "{node.host}:{node.port}", "{store.endpoint}", "{node.dir}"]
env: { KEY: "{store.accessKey}", PEM: "{auth.publicKeyFile}", STUB_MODE: ${mode} }
${more}`;
}

/** Makes the place; disposing removes its folder. */
export function createStubPlace(): StubPlace {
  const folder = mkdtempSync(join(tmpdir(), 'psc-rig-'));
  const outDir = join(folder, 'out');
  const historyFile = join(outDir, 'history.ndjson');
  const run = {
    seed: '7',
    profile: 'hardened' as const,
    runId: `rig-test-${process.pid}`,
    outDir,
    tempDir: folder,
  };
  const history = (): ParsedHistory => parseHistory(readFileSync(historyFile));
  return {
    folder,
    open: (text = stubFile(), more = {}) =>
      openRig({
        ...{ target: parseTarget('stub.yaml', text, {}), run, name: 'rig-1', historyFile },
        ...more,
      }),
    history,
    story() {
      const { lines, damage } = history();
      if (damage.length > 0) throw new Error(JSON.stringify(damage));
      return lines.slice(1, -1).map(tell);
    },
    launched(node, boot) {
      const log = join(outDir, 'logs', 'rig-1', `${node}-${boot}.stdout.log`);
      return JSON.parse(readFileSync(log, 'utf8')) as StubLaunch;
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true }),
  };
}

function tell(line: HistoryLine): string {
  if (line.stream === 'process') {
    const end = line.type === 'exit' ? ` ${line.signal ?? line.code} ${line.asked}` : '';
    return `${line.node}${line.boot} ${line.type}${end}`;
  }
  return line.stream === 'store'
    ? `${line.node}${line.boot} store ${line.type}`
    : `${line.stream} ${line.type}`;
}
