// The bucket itself. There is exactly one, it is there from the start and can't be deleted.
import { xmlAnswer } from '../s3/answer.ts';
import type { Action, ActionContext } from './action.ts';

/** ListBuckets. */
export function listBuckets(context: ActionContext): Action {
  return other(async () =>
    xmlAnswer(200, 'ListAllMyBucketsResult', {
      Owner: { ID: 'store', DisplayName: 'store' },
      Buckets: { Bucket: { Name: context.bucket, CreationDate: '2023-01-01T00:00:00.000Z' } },
    }),
  );
}

/** GetBucketLocation; the first region has an empty name, for history's sake. */
export function bucketLocation(context: ActionContext): Action {
  const region = context.region === 'us-east-1' ? '' : context.region;
  return other(async () => xmlAnswer(200, 'LocationConstraint', { '#text': region }));
}

/** HeadBucket. */
export function headBucket(context: ActionContext): Action {
  return other(async () => ({ status: 200, headers: { 'x-amz-bucket-region': context.region } }));
}

/** CreateBucket of the bucket that is there: accepted, as the first region accepts its owner's. */
export function createBucket(context: ActionContext): Action {
  return other(async () => ({ status: 200, headers: { location: `/${context.bucket}` } }));
}

function other(run: Action['run']): Action {
  return { op: 'other', keys: [''], mutates: false, run };
}
