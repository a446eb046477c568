// Requests that stand still in the middle of their bodies, as bytes.

import type { FlowTenant, ScenarioContext } from '#suite';
import { WITH_BODY } from './changing.ts';

/** Bytes of a request that is not whole, and what it is about. */
export interface StalledRequest {
  readonly operation: string;
  readonly method: string;
  readonly tenant: string;
  /** Where its path names one. */
  readonly timeline?: string;
  readonly bytes: string;
}

/** Length that is announced; far less is sent. */
const ANNOUNCED_BYTES = 4096;

type PathOf = (tenant: string, timeline: string) => string;

const PATHS: Readonly<Record<string, readonly [string, string, PathOf]>> = {
  attach: ['attach', 'POST', (tenant) => `/v1/tenant/${tenant}/attach`],
  detach: ['detach', 'POST', (tenant) => `/v1/tenant/${tenant}/detach`],
  ignore: ['ignore', 'POST', (tenant) => `/v1/tenant/${tenant}/ignore`],
  load: ['load', 'POST', (tenant) => `/v1/tenant/${tenant}/load`],
  create: ['tenant_create', 'POST', () => '/v1/tenant/'],
  config: ['tenant_config', 'PUT', () => '/v1/tenant/config'],
  'timeline-delete': [
    'timeline_delete',
    'DELETE',
    (tenant, timeline) => `/v1/tenant/${tenant}/timeline/${timeline}`,
  ],
  'timeline-create': ['timeline_create', 'POST', (tenant) => `/v1/tenant/${tenant}/timeline/`],
};

/** A request of that operation, of which the head and the beginning of the body are sent. `timeline`: of its path. */
export function stalledRequest(
  context: ScenarioContext,
  name: string,
  tenant: string,
  timeline = '',
): StalledRequest {
  const [operation, method, path] = PATHS[name]!;
  const target = path(tenant, timeline);
  const token = context.tokens?.mint({ scope: 'pageserverapi' });
  const head = [
    `${method} ${target} HTTP/1.1`,
    'host: stalled',
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    'content-type: application/json',
    `content-length: ${ANNOUNCED_BYTES}`,
  ];
  const named = timeline !== '' && target.includes(timeline) ? { timeline } : {};
  const bytes = `${head.join('\r\n')}\r\n\r\n{"new_tenant_id":`;
  return { operation, method, tenant, ...named, bytes };
}

/** One of each operation that carries a body. */
export function stalledRequests(
  context: ScenarioContext,
  tenant: FlowTenant,
): readonly StalledRequest[] {
  return [...WITH_BODY].map((name) => stalledRequest(context, name, tenant.id));
}
