// An S3 request, understood: what it reads or changes, and how to carry it out. Nothing here knows of writers or faults.
import type { IncomingHttpHeaders } from 'node:http';
import type { StoreOp } from '../../history/events.ts';
import type { Backend, OnCommit } from '../backend/backend.ts';
import type { Address } from '../s3/address.ts';
import type { Answer } from '../s3/answer.ts';
import type { Payload } from '../s3/body/payload.ts';
import type { Uploads } from './multipart.ts';

/** What an action is made from. */
export interface ActionRequest {
  readonly method: string;
  readonly address: Address;
  readonly headers: IncomingHttpHeaders;
  readonly payload: Payload;
}

/** What actions work with. */
export interface ActionContext {
  readonly bucket: string;
  readonly region: string;
  readonly backend: Backend;
  readonly uploads: Uploads;
  /** Most keys that one page of a list of `prefix` may have, as set now. */
  pageKeys(prefix: string): number;
}

/** One request, ready to be carried out. */
export interface Action {
  readonly op: StoreOp;
  /** Keys that the history names: one, except for a delete of many; a list's prefix; empty for the bucket. */
  readonly keys: readonly string[];
  /** Whether it changes objects. */
  readonly mutates: boolean;
  /** Put: bytes of the new object, as far as known. */
  readonly size?: number;
  /** Carries it out; `onCommit` is called for each key that changes. Rejects with `S3Error`. */
  run(onCommit: OnCommit): Promise<Answer>;
}
