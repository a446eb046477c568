// What a whole, successful answer showed of the server's state: the part of it that checkers look at.

import type { Operation, Seen, SeenTimeline, TenantState } from '../../history/events.ts';
import { lsnText } from './lsn.ts';

/** Reads the state out of a tenant object in the target's dialect. */
export type ReadState = (tenantInfo: unknown) => TenantState;

type Json = Readonly<Record<string, unknown>>;

/** What the answer showed; undefined for operations that show nothing, and for a body that can't be read. */
export function readSeen(op: Operation, body: Buffer, readState: ReadState): Seen | undefined {
  switch (op) {
    case 'tenant_status':
    case 'tenant_list':
    case 'timeline_list':
    case 'timeline_detail':
    case 'timeline_create':
    case 'tenant_get_config':
      return ofJson(op, parse(body), readState);
    default:
      return undefined;
  }
}

function ofJson(op: Operation, value: unknown, readState: ReadState): Seen | undefined {
  switch (op) {
    case 'tenant_status':
      return isObject(value) ? { state: readState(value) } : undefined;
    case 'tenant_list':
      return tenantList(value, readState);
    case 'timeline_list':
      return Array.isArray(value) ? timelines(value) : undefined;
    case 'tenant_get_config':
      return overrides(value);
    default:
      return isObject(value) ? timelines([value]) : undefined;
  }
}

function tenantList(value: unknown, readState: ReadState): Seen | undefined {
  if (!Array.isArray(value)) return undefined;
  const tenants: string[] = [];
  const states: Record<string, TenantState> = {};
  for (const info of value) {
    if (!isObject(info) || typeof info.id !== 'string') continue;
    const id = info.id.toLowerCase();
    tenants.push(id);
    const state = readState(info);
    if (state !== 'Unknown') states[id] = state;
  }
  return Object.keys(states).length > 0 ? { tenants, states } : { tenants };
}

function timelines(values: readonly unknown[]): Seen {
  return { timelines: values.map(timeline).filter((one) => one !== undefined) };
}

function timeline(value: unknown): SeenTimeline | undefined {
  if (!isObject(value) || typeof value.timeline_id !== 'string') return undefined;
  const ancestor = value.ancestor_timeline_id;
  const last = lsnText(value.last_record_lsn);
  const disk = lsnText(value.disk_consistent_lsn);
  const remote = lsnText(value.remote_consistent_lsn);
  return {
    id: value.timeline_id.toLowerCase(),
    ...(typeof ancestor === 'string' ? { ancestor: ancestor.toLowerCase() } : {}),
    ...(last === undefined ? {} : { lastRecordLsn: last }),
    ...(disk === undefined ? {} : { diskConsistentLsn: disk }),
    ...(remote === undefined ? {} : { remoteConsistentLsn: remote }),
  };
}

function overrides(value: unknown): Seen | undefined {
  const specific = isObject(value) ? value.tenant_specific_overrides : undefined;
  return isObject(specific) ? { overrides: specific } : undefined;
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
