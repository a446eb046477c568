// What a handler answers, and the errors that the API knows.

import { encodeString } from '../golang/json-encode.ts';

/** An HTTP answer. */
export interface Reply {
  readonly status: number;
  readonly type?: string;
  readonly body?: string;
  readonly location?: string;
}

/** An error of the API: JSON sent as plain text, except by `/populate`. */
export class ApiError extends Error {
  readonly status: number;
  constructor(message: string, status: number) {
    super(message);
    this.status = status;
  }
}

const PLAIN_TEXT = 'text/plain; charset=utf-8';

/** Errors with a fixed text. */
export const apiErrors = {
  proxyNotFound: () => new ApiError('proxy not found', 404),
  proxyExists: () => new ApiError('proxy already exists', 409),
  toxicNotFound: () => new ApiError('toxic not found', 404),
  toxicExists: () => new ApiError('toxic already exists', 409),
  invalidType: () => new ApiError('invalid toxic type', 400),
  invalidStream: () =>
    new ApiError('stream was invalid, can be either upstream or downstream', 400),
  badBody: (reason: string) => new ApiError(`bad request body: ${reason}`, 400),
  missingField: (field: string) => new ApiError(`missing required field: ${field}`, 400),
};

/** A JSON answer, without a final newline as the original sends it. */
export function json(status: number, body: string): Reply {
  return { status, type: 'application/json', body };
}

/** Plain text with a final newline, as Go's `http.Error`. */
export function plainText(status: number, text: string): Reply {
  return { status, type: PLAIN_TEXT, body: `${text}\n` };
}

/** `{"error":…,"status":…}` as plain text. */
export function errorReply(error: ApiError): Reply {
  return plainText(error.status, `{${errorMembers(error)}}`);
}

/** The two members of an error object. */
export function errorMembers(error: ApiError): string {
  return `"error":${encodeString(error.message)},"status":${error.status}`;
}
