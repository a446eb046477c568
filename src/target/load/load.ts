// Loads a target: a file in YAML or JSON, a bare URL, or the bundled reference when nothing is named.

import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../../core/exit.ts';
import { packageRoot } from '../../core/package.ts';
import type { HistoryLimits } from '../../history/events.ts';
import {
  LIMITS_DEFAULT,
  READY_DEFAULT,
  type S3Store,
  type TargetDefinition,
  type TargetStore,
} from '../definition.ts';
import { declareCapabilities } from './capabilities.ts';
import { checkShape } from './check.ts';
import { durationMs, type RawStore, type RawTarget } from './raw.ts';
import { failWith, type Problem, parseSource, type Source } from './source.ts';
import { expandStrings } from './strings.ts';

/** The target file that is used when no target is named: the bundled reference pageserver. */
export const referenceTargetFile = (): string =>
  join(packageRoot(), 'fixtures', 'targets', 'reference.yaml');

/**
 * Loads `target`: a path, an http(s) URL (one node that runs already, without tokens), or undefined for the bundled reference.
 * Throws UsageError that names file and line of everything that is wrong.
 */
export async function loadTarget(
  target: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): Promise<TargetDefinition> {
  if (target !== undefined && /^https?:\/\//i.test(target)) {
    const text = JSON.stringify({ name: target, kind: 'url', urls: [target] });
    return parseTarget(target, text, env);
  }
  const file = target ?? referenceTargetFile();
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new UsageError(
      `The target file ${file} can't be read (${cause.code}). --target takes a file or an http:// URL.`,
      { cause },
    );
  });
  return { ...parseTarget(file, text, env), file: resolve(file) };
}

/** A target file's members as they stand there, placeholders and all; for making a variant of it. Throws UsageError. */
export function loadRawTarget(file: string): RawTarget {
  const source = parseSource(file, readFileSync(file, 'utf8'));
  const problems = checkShape(source);
  if (problems.length > 0) failWith(file, problems);
  return source.value as RawTarget;
}

/** A target from the text of its file; `file` is where relative paths start and what messages name. */
export function parseTarget(
  file: string,
  text: string,
  env: Readonly<Record<string, string | undefined>>,
): TargetDefinition {
  const source = parseSource(file, text);
  const problems = checkShape(source);
  if (problems.length > 0) failWith(file, problems);
  const raw = expandStrings(source, env, problems) as RawTarget;
  problems.push(...checkMeaning(source, raw));
  if (problems.length > 0) failWith(file, problems);
  return define(raw, dirname(resolve(file)));
}

/** What the schema can't say. */
function checkMeaning(source: Source, raw: RawTarget): Problem[] {
  const problems: Problem[] = [];
  const report = (path: readonly (string | number)[], message: string) =>
    problems.push({ line: source.lineOf(path), message });
  if (raw.kind === 'container') {
    report(['kind'], 'kind container is not available yet; use process or url.');
  }
  for (const [index, url] of (raw.urls ?? []).entries()) {
    const fault = originFault(url);
    if (fault) report(['urls', index], `"${url}" ${fault}.`);
  }
  if (raw.urls && raw.nodes !== undefined && raw.nodes !== raw.urls.length) {
    report(['nodes'], `"nodes" says ${raw.nodes}, but there are ${raw.urls.length} urls.`);
  }
  if (raw.store?.endpoint !== undefined) {
    const fault = originFault(raw.store.endpoint);
    if (fault) report(['store', 'endpoint'], `"${raw.store.endpoint}" ${fault}.`);
  }
  const needsKey = raw.kind === 'url' && raw.auth?.kind === 'jwt';
  if (needsKey && raw.auth.privateKeyFile === undefined) {
    report(['auth'], '"auth" of kind jwt needs "privateKeyFile" when the target runs already.');
  }
  if (raw.kind === 'process' && raw.auth?.privateKeyFile !== undefined) {
    report(
      ['auth'],
      '"auth.privateKeyFile" has no meaning for kind process: the suite makes the key.',
    );
  }
  return problems;
}

function originFault(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) return 'is not an http:// or https:// URL';
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return 'must be an origin, without a path: requests begin with /v1';
  }
  return undefined;
}

function define(raw: RawTarget, folder: string): TargetDefinition {
  const nodeCount = raw.nodes ?? raw.urls?.length ?? 2;
  const privateKeyFile = raw.auth?.privateKeyFile;
  const base = {
    name: raw.name,
    nodes: ['a', 'b'].slice(0, nodeCount),
    ready: {
      path: raw.ready?.path ?? READY_DEFAULT.path,
      timeoutMs:
        raw.ready?.timeout === undefined ? READY_DEFAULT.timeoutMs : durationMs(raw.ready.timeout),
    },
    state: raw.state ?? 'auto',
    auth:
      raw.auth?.kind !== 'jwt'
        ? ({ kind: 'none' } as const)
        : {
            kind: 'jwt' as const,
            ...(privateKeyFile === undefined
              ? {}
              : { privateKeyFile: resolve(folder, privateKeyFile) }),
          },
    timelineCreate: raw.timeline?.create ?? {},
    limits: defineLimits(raw.limits ?? {}),
    capabilities: declareCapabilities(raw, nodeCount),
    hooks: raw.hooks ?? {},
  };
  if (raw.kind === 'url') {
    return { ...base, kind: 'url', urls: raw.urls!.map((url) => new URL(url).origin) };
  }
  const [program, ...rest] = raw.command!;
  return {
    ...base,
    kind: 'process',
    command: [absoluteProgram(program!, folder), ...rest],
    env: raw.env ?? {},
    ...(raw.user === undefined ? {} : { user: raw.user }),
    store: defineStore(raw.store ?? { kind: 'embedded' }),
  };
}

/** A program with a slash is relative to the target file, unless a placeholder will make it absolute. */
function absoluteProgram(program: string, folder: string): string {
  return program.includes('/') && !program.startsWith('{') ? resolve(folder, program) : program;
}

function defineLimits(raw: Readonly<Record<string, string>>): HistoryLimits {
  const given = Object.entries(raw).map(([name, text]) => [name, durationMs(text)] as const);
  return { ...LIMITS_DEFAULT, ...Object.fromEntries(given) };
}

function defineStore(raw: RawStore): TargetStore {
  if (raw.kind === 'embedded') return { kind: 'embedded' };
  // The schema has seen to the members that an s3 store must have.
  const { endpoint, bucket, accessKey, secretKey } = raw as S3Store;
  return {
    kind: 's3',
    endpoint,
    bucket,
    prefix: (raw.prefix ?? 'pageserver-conformance').replace(/^\/+|\/+$/g, ''),
    region: raw.region ?? 'us-east-1',
    accessKey,
    secretKey,
  };
}
