// Makes a folder with its parents. Node's own way never returns where the system says that a parent is missing which is there,
// as /proc does.

import { lstatSync, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

/** Makes it, parents first; nothing happens where it is. `path` is absolute. Throws the system's error. */
export function makeFolder(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })) {
    // Whether it is a folder is told by what is done in it next.
    return;
  }
  const parent = dirname(path);
  if (parent !== path) makeFolder(parent);
  try {
    mkdirSync(path);
  } catch (error) {
    // Another run may have made it in the meantime.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
