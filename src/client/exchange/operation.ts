// Which operations the history knows by name, and which of them change nothing.

import type { Operation } from '../../history/events.ts';

const NAMED: ReadonlySet<string> = new Set<Operation>([
  'attach',
  'detach',
  'ignore',
  'load',
  'tenant_create',
  'tenant_config',
  'tenant_status',
  'tenant_list',
  'tenant_get_config',
  'timeline_create',
  'timeline_delete',
  'timeline_detail',
  'timeline_list',
  'status',
]);

const READS: ReadonlySet<Operation> = new Set<Operation>([
  'tenant_status',
  'tenant_list',
  'tenant_get_config',
  'timeline_detail',
  'timeline_list',
  'status',
]);

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** The operation as the history names it; operations that it has no name for are `other`. */
export function recordedOperation(name: string): Operation {
  return NAMED.has(name) ? (name as Operation) : 'other';
}

/** True for calls that change nothing: reads, and unnamed ones with a safe method (RFC 9110 section 9.2.1). */
export function isRead(op: Operation, method: string): boolean {
  return op === 'other' ? SAFE_METHODS.has(method) : READS.has(op);
}
