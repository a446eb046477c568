// Conditional puts (S3 API reference, PutObject: If-Match, If-None-Match), decided in the step that commits.
import { noSuchKey, preconditionFailed } from '../s3/error.ts';
import type { ObjectInfo, PutRequest } from './backend.ts';

/** Compares a put's conditions with what is there. Throws `PreconditionFailed` (412), `NoSuchKey` (404). */
export function checkPreconditions(request: PutRequest, before: ObjectInfo | undefined): void {
  const { key, ifMatch, ifNoneMatch } = request;
  if (ifNoneMatch !== undefined && before && (ifNoneMatch === '*' || ifNoneMatch === before.etag)) {
    throw preconditionFailed('If-None-Match');
  }
  if (ifMatch === undefined) return;
  if (!before) throw noSuchKey(key);
  if (ifMatch !== '*' && ifMatch !== before.etag) throw preconditionFailed('If-Match');
}
