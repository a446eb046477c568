// A small disk is full when it was filled, has room when it was freed, and hands its contents back.

import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openSmallDisk, smallDiskFault } from './small-disk.ts';

const fault = smallDiskFault();

test('filled, freed and closed; or refused with nothing changed where none can be mounted', () => {
  const place = mkdtempSync(join(tmpdir(), 'psc-small-'));
  const folder = join(place, 'data');
  mkdirSync(folder, { mode: 0o750 });
  writeFileSync(join(folder, 'before'), 'before');
  try {
    if (fault !== undefined) {
      expect(fault).toMatch(/root on Linux/);
      expect(() => openSmallDisk(folder)).toThrow();
    } else {
      const disk = openSmallDisk(folder);
      disk.fill();
      expect(() => writeFileSync(join(folder, 'late'), 'x'.repeat(5000))).toThrow(/ENOSPC/);
      expect(readFileSync(join(folder, 'before'), 'utf8')).toBe('before');
      disk.free();
      appendFileSync(join(folder, 'before'), ' and after');
      disk.close();
      expect(readFileSync(join(folder, 'before'), 'utf8')).toBe('before and after');
    }
    expect(readFileSync(join(folder, 'before'), 'utf8')).toMatch(/^before/);
    expect(statSync(folder).mode & 0o777).toBe(0o750);
  } finally {
    rmSync(place, { recursive: true });
  }
});
