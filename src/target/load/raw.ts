// A target file's members as they stand in the file, once the schema has accepted them.

import type { StateDialect } from '../definition.ts';

/** The shape that `target.schema.json` lets through. Durations are texts. */
export interface RawTarget {
  readonly name: string;
  readonly kind: 'url' | 'process' | 'container';
  readonly nodes?: 1 | 2;
  readonly urls?: readonly string[];
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly ready?: { readonly path?: string; readonly timeout?: string };
  readonly state?: StateDialect;
  readonly auth?: { readonly kind: 'none' | 'jwt'; readonly privateKeyFile?: string };
  readonly timeline?: { readonly create?: Readonly<Record<string, unknown>> };
  readonly limits?: Readonly<Record<string, string>>;
  readonly capabilities?: Readonly<Record<string, boolean>>;
  readonly hooks?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly store?: RawStore;
}

/** `store` as it stands in the file. */
export interface RawStore {
  readonly kind: 'embedded' | 's3';
  readonly endpoint?: string;
  readonly bucket?: string;
  readonly prefix?: string;
  readonly region?: string;
  readonly accessKey?: string;
  readonly secretKey?: string;
}

/** `10s`, `500ms`, `2m` in milliseconds. */
export function durationMs(text: string): number {
  const match = /^([0-9.]+)(ms|s|m)$/.exec(text)!;
  return Number(match[1]) * { ms: 1, s: 1_000, m: 60_000 }[match[2] as 'ms' | 's' | 'm'];
}
