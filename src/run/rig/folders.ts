// A rig's place on disk: data folders of its nodes and the public key, below the run's temporary folder.

import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { findUser, type ReaperLine } from '../../target/index.ts';
import { openSmallDisk, type SmallDisk } from './small-disk.ts';

/** Folders of one rig. */
export interface RigFolders {
  readonly root: string;
  /** Where nodes that are Node.js programs keep compiled code between boots. */
  readonly compileCache: string;
  /** Makes a node's data folder, owned by the target's user, and returns its path. */
  nodeDir(id: string): string;
  /** Empties a node's data folder, or puts one where something else stands. */
  emptyNodeDir(id: string): void;
  /** Puts a plain file where a node's data folder stood; what was in it is out of reach until it is mended. */
  spoilNodeDir(id: string): void;
  /** Puts the folder that was spoiled last back in its place, as it was. */
  mendNodeDir(id: string): void;
  /** Puts a node's data folder on a small disk until that is closed. Throws where none can be mounted. */
  smallNodeDir(id: string): SmallDisk;
  /** Writes a file that the target's user can read; returns its path. */
  writePublic(name: string, text: string): string;
  remove(): void;
}

/** Makes the rig's folder below `tempDir`. `user` is the target's, if it names one. */
export function createRigFolders(
  tempDir: string,
  name: string,
  user: string | undefined,
  reaper?: ReaperLine,
): RigFolders {
  const root = join(tempDir, name);
  let spoiled = 0;
  /** What closes the small disks that are in use. */
  const small = new Set<() => void>();
  mkdirSync(root, { recursive: true });
  // Another user must be able to pass through to the folder that is its own.
  if (user !== undefined) for (const folder of [tempDir, root]) chmodSync(folder, 0o711);
  const nodeDir = (id: string): string => {
    const folder = join(root, id);
    if (!lstatSync(folder, { throwIfNoEntry: false })) {
      mkdirSync(folder, { mode: 0o700 });
      if (user !== undefined) {
        const { uid, gid } = findUser(user);
        chownSync(folder, uid, gid);
      }
    }
    return folder;
  };
  return {
    root,
    compileCache: join(dirname(root), 'compile-cache'),
    nodeDir,
    emptyNodeDir(id) {
      const folder = join(root, id);
      if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
        // The folder itself stays: it may be a mount of its own, or another's.
        for (const entry of readdirSync(folder)) removeAll(join(folder, entry));
      } else {
        removeAll(folder);
        nodeDir(id);
      }
    },
    spoilNodeDir(id) {
      spoiled += 1;
      renameSync(nodeDir(id), join(root, `${id}.spoiled-${spoiled}`));
      writeFileSync(join(root, id), '');
    },
    mendNodeDir(id) {
      removeAll(join(root, id));
      renameSync(join(root, `${id}.spoiled-${spoiled}`), join(root, id));
    },
    smallNodeDir(id) {
      const disk = openSmallDisk(nodeDir(id), reaper);
      const close = (): void => {
        if (small.delete(close)) disk.close();
      };
      small.add(close);
      return { ...disk, close };
    },
    writePublic(fileName, text) {
      const file = join(root, fileName);
      writeFileSync(file, text, { mode: 0o644 });
      return file;
    },
    remove() {
      for (const close of small) close();
      removeAll(root);
    },
  };
}

function removeAll(path: string): void {
  rmSync(path, { recursive: true, force: true, maxRetries: 3, retryDelay: 20 });
}
