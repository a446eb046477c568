// The hand-written files of `spec/`: requirements, contradictions, rules of judging, names of operations.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../core/exit.ts';
import type { FindingLevel } from '../core/finding.ts';
import type { Profile } from '../core/verdict.ts';
import { yaml } from '../core/yaml.ts';
import type { OperationName } from './operations.ts';
import type { Origin } from './origin.ts';

/** How binding a requirement is (RFC 2119). */
export type RequirementLevel = 'MUST' | 'SHOULD' | 'MAY';

/** One normative sentence. */
export interface Requirement {
  /** Stable slug: `attach.schedules`, or `P1` … `P8` for the properties of a history. */
  readonly id: string;
  readonly family: string;
  readonly level: RequirementLevel;
  /** One sentence in our words. */
  readonly text: string;
  readonly origin: Origin;
  /** Who must keep it; `client` rows are kept by our own driver and broken by negative controls. Default: the server. */
  readonly party?: 'server' | 'client';
  /** Set where only one profile makes it a MUST; the other reads it one level lower. */
  readonly profile?: Profile;
  /** The property of a history that decides it too. */
  readonly property?: string;
}

/** What an answer looks like that follows from a contradiction. All given members must fit. */
export interface Consequence {
  /** Name of the check whose finding it excuses: a row of `spec/judging.yaml`. */
  readonly rule: string;
  /** Operation names. Default: all. */
  readonly operations?: readonly string[];
  /** Statuses. Default: all. */
  readonly statuses?: readonly number[];
  /** Last member of the place within the body. Default: any place. */
  readonly member?: string;
}

/** Two places of the document that do not fit together. */
export interface Contradiction {
  readonly id: string;
  /** Two JSON pointers. */
  readonly places: readonly string[];
  /** What does not fit, in one or two sentences. */
  readonly text: string;
  /** The reading by which we judge. */
  readonly reading: string;
  /** Findings that are the document's and not a server's. */
  readonly follows?: readonly Consequence[];
}

/** One rule of judging section 8, as data. */
export interface JudgingRow {
  readonly id: string;
  /** What is seen. */
  readonly when: string;
  readonly verdict: 'right' | FindingLevel | 'not judged';
  /** The requirement that a finding names; absent: the obligation of the answer. */
  readonly requirement?: string;
  /** Set where the judge looks for it in every answer ever seen; else a scenario has to ask. */
  readonly onEveryAnswer?: true;
  /** Statuses that it is about: `404`, or a class, `4XX`. */
  readonly statuses?: readonly (number | string)[];
  /** A time of the rule, seconds. */
  readonly seconds?: number;
  /** A number of the rule. */
  readonly count?: number;
}

/** What a `format: hex` really is, by the name of the property; and formats that the document left out. */
export interface FormatRow {
  /** Pattern of the property's name, or a pointer of one schema. */
  readonly property?: string;
  readonly pointer?: string;
  readonly format: 'id' | 'lsn';
}

/** Everything that is read from `spec/` besides the document. */
export interface SpecFiles {
  readonly names: readonly OperationName[];
  readonly requirements: readonly Requirement[];
  readonly contradictions: readonly Contradiction[];
  readonly judging: readonly JudgingRow[];
  readonly formats: readonly FormatRow[];
}

/** Reads the files below this folder. They ship with the package, so damage there is our own fault: HarnessError. */
export function readSpecFiles(folder: string): SpecFiles {
  const judging = readYaml(join(folder, 'judging.yaml')) as {
    every_answer: JudgingRow[];
    cases: JudgingRow[];
    formats: FormatRow[];
  };
  return {
    names: readYaml(join(folder, 'operations.yaml')) as OperationName[],
    requirements: readRequirements(join(folder, 'requirements')),
    contradictions: readYaml(join(folder, 'contradictions.yaml')) as Contradiction[],
    judging: [
      ...judging.every_answer.map((row) => ({ ...row, onEveryAnswer: true as const })),
      ...judging.cases,
    ],
    formats: judging.formats,
  };
}

function readRequirements(folder: string): Requirement[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.yaml'))
    .sort()
    .flatMap((file) => {
      const family = file.slice(0, -'.yaml'.length);
      const rows = readYaml(join(folder, file)) as Omit<Requirement, 'family'>[];
      return rows.map((row) => ({ ...row, family }));
    });
}

function readYaml(file: string): unknown {
  try {
    return yaml().parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new HarnessError(`${file} of this package can't be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
