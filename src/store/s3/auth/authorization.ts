// Who asks: the access key of a SigV4 request, from its Authorization header or its presigned query
// (S3 API reference, "Authenticating requests").
import type { IncomingHttpHeaders } from 'node:http';
import type { Address } from '../address.ts';
import { S3Error } from '../error.ts';

/** The parts of a signature that a request carries. */
export interface Authorization {
  readonly accessKey: string;
  /** `yyyymmdd/region/service/aws4_request`. */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `yyyymmddThhmmssZ`. */
  readonly date: string;
  readonly presigned: boolean;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';

/** Reads a request's signature. Throws `AccessDenied` (403) without one, `AuthorizationHeaderMalformed` (400). */
export function parseAuthorization(headers: IncomingHttpHeaders, address: Address): Authorization {
  const header = headers.authorization;
  if (header !== undefined) return fromHeader(header, headers);
  if (address.query.get('X-Amz-Algorithm') === ALGORITHM) return fromQuery(address);
  throw new S3Error(403, 'AccessDenied', 'The request is not signed.');
}

function fromHeader(header: string, headers: IncomingHttpHeaders): Authorization {
  if (!header.startsWith(`${ALGORITHM} `)) throw malformed();
  const fields = new Map<string, string>();
  for (const part of header.slice(ALGORITHM.length).split(',')) {
    const equals = part.indexOf('=');
    if (equals > 0) fields.set(part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  return build({
    credential: fields.get('Credential'),
    signedHeaders: fields.get('SignedHeaders'),
    signature: fields.get('Signature'),
    date: single(headers['x-amz-date']) ?? '',
    presigned: false,
  });
}

function fromQuery(address: Address): Authorization {
  const query = address.query;
  const authorization = build({
    credential: query.get('X-Amz-Credential'),
    signedHeaders: query.get('X-Amz-SignedHeaders'),
    signature: query.get('X-Amz-Signature'),
    date: query.get('X-Amz-Date') ?? '',
    presigned: true,
  });
  const signed = Date.parse(isoDate(authorization.date));
  const seconds = Number(query.get('X-Amz-Expires') ?? '0');
  if (signed + seconds * 1000 < Date.now()) {
    throw new S3Error(403, 'AccessDenied', 'Request has expired');
  }
  return authorization;
}

interface Fields {
  credential: string | undefined;
  signedHeaders: string | undefined;
  signature: string | undefined;
  date: string;
  presigned: boolean;
}

function build(fields: Fields): Authorization {
  const { credential, signedHeaders, signature, date, presigned } = fields;
  if (!credential || !signedHeaders || !signature) throw malformed();
  const parts = credential.split('/');
  if (parts.length < 5) throw malformed();
  return {
    accessKey: parts.slice(0, -4).join('/'),
    scope: parts.slice(-4).join('/'),
    signedHeaders: signedHeaders.toLowerCase().split(';'),
    signature,
    date,
    presigned,
  };
}

function isoDate(date: string): string {
  return date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z');
}

function single(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function malformed(): S3Error {
  return new S3Error(
    400,
    'AuthorizationHeaderMalformed',
    'The authorization header that you provided is not valid.',
  );
}
