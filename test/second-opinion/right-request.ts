// Right requests for answers that are shown to Prism.

import type { Exchange } from '../../src/check/answer/index.ts';

const BODIES: Readonly<Record<string, string>> = {
  eviction_run: '{"evict_bytes":1}',
  timeline_create: '{}',
  tenant_create: '{}',
  tenant_config: '{}',
};

/** The exchange with a request that Prism finds right, so that it speaks of the answer only. */
export function withRequest(exchange: Exchange): Exchange {
  const { method } = exchange.request;
  const url = exchange.request.url.replace(/\?.*/, '');
  const body = BODIES[exchange.operation ?? ''];
  const query = url.endsWith('get_lsn_by_timestamp') ? '?timestamp=2023-05-05T00:00:00Z' : '';
  const headers = {
    authorization: 'Bearer token',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return {
    ...exchange,
    request: { method, url: url + query, headers, ...(body === undefined ? {} : { body }) },
  };
}
