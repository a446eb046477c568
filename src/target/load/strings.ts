// Placeholders while a target file is loaded: names are checked everywhere, `{env.…}` is replaced at once.

import { didYouMean } from '../../core/nearest.ts';
import { findPlaceholders, PLACEHOLDERS, replacePlaceholders } from './placeholders.ts';
import type { Problem, Source, SourcePath } from './source.ts';

/** The same value with `{env.NAME}` replaced in every string; problems are pushed. */
export function expandStrings(
  source: Source,
  env: Readonly<Record<string, string | undefined>>,
  problems: Problem[],
): unknown {
  const expand = (value: unknown, path: SourcePath): unknown => {
    if (typeof value === 'string') {
      problems.push(...checkNames(value, path, env, source));
      return replacePlaceholders(value, (group, name) =>
        group === 'env' ? (env[name] ?? '') : undefined,
      );
    }
    if (Array.isArray(value)) return value.map((item, index) => expand(item, [...path, index]));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => [key, expand(member, [...path, key])]),
    );
  };
  return expand(source.value, []);
}

function checkNames(
  text: string,
  path: SourcePath,
  env: Readonly<Record<string, string | undefined>>,
  source: Source,
): Problem[] {
  // Whatever a user sends in timeline-create is his own.
  if (path[0] === 'timeline') return [];
  const line = source.lineOf(path);
  const ofNode = path[0] === 'command' || path[0] === 'env' || path[0] === 'hooks';
  return findPlaceholders(text).flatMap((name): Problem[] => {
    if (name.startsWith('env.')) {
      if (env[name.slice(4)] !== undefined) return [];
      return [
        { line, message: `{${name}}: the environment variable ${name.slice(4)} is not set.` },
      ];
    }
    if (!PLACEHOLDERS.includes(name)) {
      const message = `Unknown placeholder {${name}}.${didYouMean(name, PLACEHOLDERS)} Known: ${known()}.`;
      return [{ line, message }];
    }
    if (ofNode) return [];
    return [{ line, message: `{${name}} is known only when a node starts: in command and env.` }];
  });
}

function known(): string {
  return ['env.NAME', ...PLACEHOLDERS].map((name) => `{${name}}`).join(' ');
}
