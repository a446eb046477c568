// Reads the bodies of the API by Go's rules.

import {
  decodeArray,
  decodeObject,
  GoDecodeError,
  type GoRecord,
  type GoStruct,
} from '../golang/json-decode.ts';
import { apiErrors } from './reply.ts';

const LOGGER: GoStruct = { name: 'Logger', type: 'zerolog.Logger', fields: {} };
const PROXY_FIELDS = {
  name: 'string',
  listen: 'string',
  upstream: 'string',
  enabled: 'bool',
  Logger: LOGGER,
} as const;
const PROXY: GoStruct = { name: 'Proxy', type: 'toxiproxy.Proxy', fields: PROXY_FIELDS };
const POPULATE_TYPE = 'struct { toxiproxy.Proxy; Enabled *bool "json:\\"enabled\\"" }';
const POPULATE_ENTRY: GoStruct = {
  name: '',
  type: POPULATE_TYPE,
  fields: PROXY_FIELDS,
  embedded: { name: 'Proxy', own: ['enabled'] },
};

/** What a body says of a proxy, over the given defaults. */
export interface ProxyBody {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
}

/** Decodes into `target`; throws ApiError 400. What was well typed is stored all the same. */
export function decodeBody(body: Buffer, struct: GoStruct, target: GoRecord): void {
  try {
    decodeObject(body, struct, target);
  } catch (error) {
    throw badBody(error);
  }
}

/** A proxy's body. Throws ApiError 400. */
export function decodeProxy(body: Buffer, defaults: ProxyBody): ProxyBody {
  const target: GoRecord = { ...defaults };
  decodeBody(body, PROXY, target);
  return target as unknown as ProxyBody;
}

/** The entries of `/populate`, enabled unless they say otherwise. Throws ApiError 400. */
export function decodePopulate(body: Buffer): ProxyBody[] {
  try {
    const records = decodeArray(body, `[]${POPULATE_TYPE}`, POPULATE_ENTRY);
    return records.map(
      (record) =>
        ({ name: '', listen: '', upstream: '', enabled: true, ...record }) as unknown as ProxyBody,
    );
  } catch (error) {
    throw badBody(error);
  }
}

function badBody(error: unknown): unknown {
  return error instanceof GoDecodeError ? apiErrors.badBody(error.message) : error;
}
