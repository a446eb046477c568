// Runs a program to its end without blocking the store that it talks to.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

/** Resolves when the program exits with 0; rejects with what it wrote otherwise. */
export async function runProgram(
  program: string,
  args: readonly string[],
  folder: string,
): Promise<void> {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (text) => {
    output += String(text);
  });
  child.stderr.on('data', (text) => {
    output += String(text);
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${output}`);
}
