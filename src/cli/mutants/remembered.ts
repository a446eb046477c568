// Which scenario killed which mutant (`kills.json`), and for a scenario that is not first to kill any, one that it kills too
// (`proofs.json`). Only an order of trying: the verdict never depends on it.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../core/package.ts';

type ByName = Readonly<Record<string, string>>;

const path = (name: string): string => join(packageRoot(), 'fixtures', name);

function read(name: string): ByName {
  if (!existsSync(path(name))) return {};
  return JSON.parse(readFileSync(path(name), 'utf8')) as ByName;
}

/** Adds one entry; the file is whole at every moment. */
function add(name: string, key: string, value: string): void {
  const known = Object.entries({ ...read(name), [key]: value });
  const sorted = Object.fromEntries(known.sort(([a], [b]) => (a < b ? -1 : 1)));
  const whole = `${path(name)}.${process.pid}`;
  writeFileSync(whole, `${JSON.stringify(sorted, null, 2)}\n`);
  renameSync(whole, path(name));
}

/** The remembered scenario of each mutant, by the mutant's name. */
export function readRemembered(): ByName {
  return read('kills.json');
}

/** Remembers who killed a mutant; what only the whole history showed is nobody's. */
export function rememberKill(mutant: string, by: string | undefined): void {
  if (by?.includes('/')) add('kills.json', mutant, by);
}

/** Mutants that each scenario is known to kill, by the scenario's id. */
export function readProofs(): Readonly<Record<string, readonly string[]>> {
  const pairs = [
    ...Object.entries(read('proofs.json')),
    ...Object.entries(readRemembered()).map(([mutant, scenario]) => [scenario, mutant] as const),
  ];
  const names = (scenario: string): string[] =>
    pairs.filter(([one]) => one === scenario).map(([, mutant]) => mutant);
  return Object.fromEntries(pairs.map(([scenario]) => [scenario, names(scenario)]));
}

/** Remembers a mutant that a scenario kills, unless one is known already. */
export function rememberProof(scenario: string, mutant: string): void {
  if (readProofs()[scenario] === undefined) add('proofs.json', scenario, mutant);
}
