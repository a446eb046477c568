// An exchange as the judge, a finding and a suite need it.

import type { ApiOperation } from '../../catalogue/index.ts';
import { type Exchange as JudgedExchange, parseExactJson } from '../../check/answer/index.ts';
import type { Exchange } from '../../client/index.ts';
import type { FindingRequest } from '../../core/finding.ts';

/** The request, as much of it as `curl` needs. */
export function curlRequest(exchange: Exchange): FindingRequest {
  const { method, url, headers, body } = exchange.request;
  return {
    method,
    url,
    headers,
    ...(body === undefined ? {} : { body: body.toString() }),
  };
}

/** Whether the document speaks of this method: what HEAD of a read is answered, for one, is not for it to say. */
export function isOwnMethod(operation: ApiOperation | undefined, method: string): boolean {
  return operation?.method === method;
}

/** The exchange as `check/answer` takes it; only for exchanges that were answered. */
export function judgedExchange(
  operation: ApiOperation | undefined,
  exchange: Exchange,
): JudgedExchange {
  const response = exchange.response!;
  return {
    operation: isOwnMethod(operation, exchange.request.method) ? operation?.name : undefined,
    request: curlRequest(exchange),
    response: { status: response.status, headers: response.headers, body: response.body },
    ...(exchange.tenant === undefined ? {} : { tenant: exchange.tenant }),
    node: exchange.node,
  };
}

/** The JSON of an answer's body; undefined where there is none or it does not parse (the judge tells). */
export function bodyJson(exchange: Exchange): unknown {
  try {
    return JSON.parse(exchange.response?.body.toString() ?? '');
  } catch {
    return undefined;
  }
}

/** As `bodyJson`, but integers beyond 2^53 keep every digit: they are bigint. */
export function exactJson(exchange: Exchange): unknown {
  try {
    return parseExactJson(exchange.response?.body.toString() ?? '');
  } catch {
    return undefined;
  }
}
