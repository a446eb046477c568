// A node's data folder on a small file system of its own, so that it can be filled to the last byte. It is kept in memory
// (tmpfs): only root on Linux may mount one.

import { execFileSync } from 'node:child_process';
import {
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReaperLine } from '../../target/index.ts';

/** A data folder on a small disk. */
export interface SmallDisk {
  /** Takes every byte that is left. */
  fill(): void;
  /** Gives them back. */
  free(): void;
  /** Puts the data, as it is now, back on the disk it came from; the node must be down. */
  close(): void;
}

/** Room beside what the folder holds already: enough for a few tenants, little enough to be filled at once. */
const ROOM_KB = 64 * 1024;

/** Sizes of the writes that fill it: the last ones are single pages. */
const CHUNKS = [1024 * 1024, 4096].map((size) => Buffer.alloc(size));

/**
 * Moves the folder's contents to a small disk mounted in its place; owner and mode stay. The reaper takes the mount away should
 * we be killed. Throws where the system lets us mount none; then everything is as it was.
 */
export function openSmallDisk(folder: string, reaper?: ReaperLine): SmallDisk {
  const aside = `${folder}.aside`;
  const { uid, gid, mode } = statSync(folder);
  renameSync(folder, aside);
  mkdirSync(folder);
  reaper?.addMount(folder);
  const unmounted = (): void => {
    reaper?.dropMount(folder);
    rmSync(folder, { recursive: true });
    renameSync(aside, folder);
  };
  try {
    const size = `size=${2 * sizeKb(aside) + ROOM_KB}k`;
    const options = `${size},uid=${uid},gid=${gid},mode=${(mode & 0o7777).toString(8)}`;
    run('mount', '-t', 'tmpfs', '-o', options, 'tmpfs', folder);
  } catch (error) {
    unmounted();
    throw error;
  }
  run('cp', '-a', `${aside}/.`, folder);
  let filler: number | undefined;
  const free = (): void => {
    if (filler !== undefined) closeSync(filler);
    filler = undefined;
  };
  return {
    free,
    fill() {
      filler ??= openHidden(join(folder, 'filler'));
      fill(filler);
    },
    close() {
      free();
      rmSync(aside, { recursive: true });
      mkdirSync(aside, { mode: 0o700 });
      run('cp', '-a', `${folder}/.`, aside);
      run('umount', folder);
      unmounted();
    },
  };
}

/** Tries to mount a small disk. Returns why it can't be done, in half a sentence. */
export function smallDiskFault(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'psc-disk-'));
  try {
    run('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder);
    run('umount', folder);
    return undefined;
  } catch (error) {
    return `no small disk can be mounted (${(error as Error).message.split('\n').at(-1)}); it takes root on Linux`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A file without a name: it takes room, and nobody who looks into the folder finds it. */
function openHidden(file: string): number {
  const fd = openSync(file, 'w');
  unlinkSync(file);
  return fd;
}

function fill(fd: number): void {
  for (const chunk of CHUNKS) {
    try {
      for (;;) writeSync(fd, chunk);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

const sizeKb = (folder: string): number => Number.parseInt(run('du', '-sk', folder), 10);

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
