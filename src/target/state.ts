// Reads a tenant's state out of a tenant object, in whichever way the target shows it.

import type { TenantState } from '../history/events.ts';
import type { StateDialect } from './definition.ts';

const STATES: ReadonlySet<string> = new Set<TenantState>([
  'Loading',
  'Attaching',
  'Activating',
  'Active',
  'Stopping',
  'Broken',
]);

/**
 * The state that a tenant object (TenantInfo of the document) shows; `Unknown` where it shows none that is known. The
 * document itself has no state property: dialects are those of the best-known implementation through the years.
 * `attachment_status` alone can't tell Stopping from Attaching nor, before it became an object, Broken from Active:
 * `maybe` is read as Attaching, `attached` as Active, unless downloads are shown to be under way: a tenant that loads is
 * `attached` already. That they are not under way tells nothing.
 */
export function readTenantState(dialect: StateDialect, tenantInfo: unknown): TenantState {
  const info = asRecord(tenantInfo);
  if (!info) return 'Unknown';
  switch (dialect) {
    case 'slug':
      return known(asRecord(info.state)?.slug);
    case 'string':
      return known(info.state);
    case 'attachment_status':
      return fromAttachment(info);
    case 'auto':
      return fromAny(info);
  }
}

function fromAny(info: Record<string, unknown>): TenantState {
  if (info.state !== undefined) return known(asRecord(info.state)?.slug ?? info.state);
  return fromAttachment(info);
}

function fromAttachment(info: Record<string, unknown>): TenantState {
  const { attachment_status: status, has_in_progress_downloads: downloads } = info;
  switch (asRecord(status)?.slug ?? status) {
    case 'maybe':
      return 'Attaching';
    case 'attached':
      return downloads === true ? 'Loading' : 'Active';
    case 'failed':
      return 'Broken';
    default:
      return 'Unknown';
  }
}

function known(value: unknown): TenantState {
  return typeof value === 'string' && STATES.has(value) ? (value as TenantState) : 'Unknown';
}

function asRecord(value: unknown): Record<string, unknown> | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  return value as Record<string, unknown>;
}
