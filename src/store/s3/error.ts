// Errors as S3 answers them: a status, a code and a small XML body. Clients decide by the code.

/** An answer other than success. Thrown inside the store, turned into XML at its edge; never leaves the store. */
export class S3Error extends Error {
  override readonly name = 'S3Error';
  readonly status: number;
  /** Error code of the S3 API reference ("Error responses"). */
  readonly code: string;
  /** Further members of the `Error` element, e.g. `Key`. */
  readonly detail: Readonly<Record<string, string>>;
  constructor(
    status: number,
    code: string,
    message: string,
    detail: Readonly<Record<string, string>> = {},
  ) {
    super(message);
    this.status = status;
    this.code = code;
    this.detail = detail;
  }
}

/** 404 for an object. Some clients take a 404 as "absent" only with exactly this code. */
export function noSuchKey(key: string): S3Error {
  return new S3Error(404, 'NoSuchKey', 'The specified key does not exist.', { Key: key });
}

/** 404 for a bucket that this store does not serve. */
export function noSuchBucket(bucket: string): S3Error {
  return new S3Error(404, 'NoSuchBucket', 'The specified bucket does not exist.', {
    BucketName: bucket,
  });
}

/** 501 for a part of S3 that no pageserver uses. */
export function notImplemented(what: string): S3Error {
  return new S3Error(501, 'NotImplemented', `This store does not implement ${what}.`);
}

/** 412 of a conditional request. */
export function preconditionFailed(condition: string): S3Error {
  return new S3Error(412, 'PreconditionFailed', 'At least one of the preconditions did not hold.', {
    Condition: condition,
  });
}
