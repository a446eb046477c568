// The mutants of the reference, as the reference itself lists them (`--list-mutants`): nothing here imports it.

import { execFileSync } from 'node:child_process';
import { referenceProgram } from '../../target/index.ts';

/** The reference with exactly one named defect. */
export interface Mutant {
  readonly name: string;
  /** Id of the requirement, obligation or property that it breaks. */
  readonly breaks: string;
  readonly summary: string;
  readonly family: string;
  /** Set where only the hardened profile forbids it. */
  readonly profile?: 'hardened';
}

/** All mutants, ordered by family and name. */
export function listMutants(): Mutant[] {
  const text = execFileSync(process.execPath, [referenceProgram(), '--list-mutants'], {
    encoding: 'utf8',
    maxBuffer: 16 * 1024 * 1024,
  });
  return JSON.parse(text) as Mutant[];
}
