// Config members with values that are no defaults, and what it means that a value is shown.

import type { Exchange, ScenarioContext } from '#suite';
import { bodyObject, mustShow } from './seen.ts';

/** Values for the members that a create may set: none is a default of a known server. */
export const CREATE_SETTINGS: Readonly<Record<string, string | number>> = {
  gc_period: '17m',
  gc_horizon: 123_456_789,
  pitr_interval: '36h',
  checkpoint_distance: 987_654_321,
  checkpoint_timeout: '11m',
  compaction_period: '13s',
  compaction_threshold: '7',
};

/** Values for all members that a config request may set, others than those of a create. */
export const ALL_SETTINGS: Readonly<Record<string, string | number | boolean>> = {
  gc_period: '23m',
  gc_horizon: 234_567_891,
  pitr_interval: '41h',
  checkpoint_distance: 876_543_219,
  checkpoint_timeout: '19m',
  compaction_target_size: 192_837_465,
  compaction_period: '29s',
  compaction_threshold: '9',
  image_creation_threshold: 5,
  walreceiver_connect_timeout: '31s',
  lagging_wal_timeout: '37s',
  max_lsn_wal_lag: 7_654_321,
  trace_read_requests: true,
};

/** Checks that a config answer shows every setting by value, among the overrides and in effect. */
export function mustShowSettings(
  context: ScenarioContext,
  requirement: string,
  name: string,
  exchange: Exchange,
  settings: Readonly<Record<string, unknown>>,
): void {
  for (const part of ['tenant_specific_overrides', 'effective_config'] as const) {
    const shown = bodyObject(exchange)[part] as Readonly<Record<string, unknown>> | undefined;
    for (const [member, value] of Object.entries(settings)) {
      const actual = shown?.[member];
      mustShow(
        context,
        part === 'effective_config' ? 'config.overrides-and-effective' : requirement,
        `${name}: ${part}.${member}`,
        { exchange, expected: value, actual: isSameSetting(value, actual) ? value : actual },
        { message: `${part}.${member} is not shown with the value that was set` },
      );
    }
  }
}

/** Whether two values of a setting are the same: numbers may be text, durations may be spelt in other units. */
function isSameSetting(left: unknown, right: unknown): boolean {
  if (right === undefined || right === null) return false;
  return settingValue(left) === settingValue(right);
}

/** A setting as text that is the same for the same value. */
export function settingValue(value: unknown): string {
  const ms = durationMs(value);
  return ms === undefined ? String(value) : `${ms} ms`;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  days: 86_400_000,
};

/** Milliseconds of `1h 30m` and the like; undefined for anything else. */
function durationMs(value: unknown): number | undefined {
  if (typeof value !== 'string' || !/^(\d+ ?[a-z]+ ?)+$/.test(value)) return undefined;
  let total = 0;
  for (const [, count, unit] of value.matchAll(/(\d+) ?([a-z]+)/g)) {
    const ms = UNITS_MS[unit!];
    if (ms === undefined) return undefined;
    total += Number(count) * ms;
  }
  return total;
}
