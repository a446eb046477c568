// Parsers of option values, shared by commands. Each error says what the value may be.

import { InvalidArgumentError, Option } from 'commander';
import { UsageError } from '../../core/exit.ts';
import { didYouMean } from '../../core/nearest.ts';

/** `60s`, `500ms`, `2m` or plain seconds → milliseconds. */
export function durationMs(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text);
  if (!match) throw new InvalidArgumentError('Write a duration such as 500ms, 60s or 2m.');
  const unit = match[2] ?? 's';
  return Math.round(Number(match[1]) * (unit === 'ms' ? 1 : unit === 's' ? 1000 : 60_000));
}

/** A positive whole number. */
export function positiveInteger(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError('Write a whole number of at least 1.');
  }
  return value;
}

/** A TCP port; 0 takes a free one. */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    throw new InvalidArgumentError('Write a port between 0 and 65535; 0 takes a free one.');
  }
  return Number(text);
}

/** Appends one more value of a repeatable option. Values may also be separated by commas. */
export function collect(text: string, before: readonly string[]): string[] {
  return [...before, ...text.split(',').filter((part) => part !== '')];
}

/** An option that may be given again and again; `default_` is what help calls the default. */
export function repeatable(flags: string, description: string, default_: string): Option {
  return new Option(flags, description).argParser(collect).default([], default_);
}

/** Throws UsageError for a name that is none of the known ones. */
export function checkNames(what: string, names: readonly string[], known: readonly string[]): void {
  for (const name of names) {
    if (known.includes(name)) continue;
    throw new UsageError(
      `Unknown ${what} "${name}".${didYouMean(name, known)} Known: ${known.join(', ')}.`,
    );
  }
}
