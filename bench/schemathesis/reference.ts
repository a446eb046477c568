// The reference pageserver as a process of its own, with tokens, for a tool that knows nothing of targets.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createTokenMint } from '../../src/target/index.ts';

const PROGRAM = fileURLToPath(new URL('../../fixtures/pageserver/main.ts', import.meta.url));

/** A running reference. Disposing ends it. */
export interface Reference extends AsyncDisposable {
  readonly url: string;
  /** A token for everything. */
  readonly token: string;
}

/** Starts it with its data below `folder`. */
export async function startReference(folder: string): Promise<Reference> {
  const mint = createTokenMint();
  const key = join(folder, 'public.pem');
  writeFileSync(key, mint.publicKeyPem);
  const options = ['--id', '1', '--listen', '127.0.0.1:0', '--data', join(folder, 'data')];
  const child = spawn(process.execPath, [PROGRAM, ...options, '--auth-public-key', key], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return {
    url: line.replace('listening on ', ''),
    token: mint.mint({ scope: 'pageserverapi' }),
    async [Symbol.asyncDispose]() {
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}
