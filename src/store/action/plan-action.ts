// Which action a request asks for: method, bucket or object, and sub-resource of the query.
import { noSuchBucket, notImplemented, S3Error } from '../s3/error.ts';
import type { Action, ActionContext, ActionRequest } from './action.ts';
import { bucketLocation, createBucket, headBucket, listBuckets } from './bucket.ts';
import { copyObject } from './copy-object.ts';
import { deleteMany, deleteObject } from './delete-object.ts';
import { listObjects } from './list-objects.ts';
import {
  abortUpload,
  completeUpload,
  copyPart,
  createUpload,
  listParts,
  uploadPart,
} from './multipart-actions.ts';
import { putObject } from './put-object.ts';
import { readObject } from './read-object.ts';

/** Sub-resources that would change the meaning of a request if they were ignored. */
const UNKNOWN = [
  'acl',
  'tagging',
  'versioning',
  'versions',
  'policy',
  'lifecycle',
  'cors',
  'website',
  'encryption',
  'object-lock',
  'retention',
  'legal-hold',
  'torrent',
  'select',
  'restore',
  'attributes',
  'notification',
  'replication',
];

/** Plans a request. Throws `NoSuchBucket`, `NotImplemented`, `MethodNotAllowed` and what the action itself refuses. */
export function planAction(context: ActionContext, request: ActionRequest): Action {
  const { address, method } = request;
  if (address.bucket === '') {
    if (method === 'GET') return listBuckets(context);
    throw methodNotAllowed(method);
  }
  const unknown = UNKNOWN.find((name) => address.query.has(name));
  if (unknown) throw notImplemented(`the sub-resource ${unknown}`);
  if (address.bucket !== context.bucket) {
    if (method === 'PUT' && address.key === '') throw accessDenied();
    throw noSuchBucket(address.bucket);
  }
  return address.key === '' ? planBucket(context, request) : planObject(context, request);
}

function planBucket(context: ActionContext, request: ActionRequest): Action {
  const { address, method } = request;
  if (method === 'GET') {
    if (address.query.has('location')) return bucketLocation(context);
    if (address.query.has('uploads')) throw notImplemented('the list of uploads');
    return listObjects(context, request);
  }
  if (method === 'HEAD') return headBucket(context);
  if (method === 'PUT') return createBucket(context);
  if (method === 'POST' && address.query.has('delete')) return deleteMany(context, request);
  if (method === 'DELETE') throw accessDenied();
  throw methodNotAllowed(method);
}

function planObject(context: ActionContext, request: ActionRequest): Action {
  const { address, method, headers } = request;
  const upload = address.query.has('uploadId');
  const copied = headers['x-amz-copy-source'] !== undefined;
  if (method === 'PUT') {
    if (upload) return copied ? copyPart(context, request) : uploadPart(context, request);
    return copied ? copyObject(context, request) : putObject(context, request);
  }
  if (method === 'GET' && upload) return listParts(context, request);
  if (method === 'GET' || method === 'HEAD') return readObject(context, request);
  if (method === 'DELETE') {
    return upload ? abortUpload(context, request) : deleteObject(context, request);
  }
  if (method === 'POST' && address.query.has('uploads')) return createUpload(context, request);
  if (method === 'POST' && upload) return completeUpload(context, request);
  throw methodNotAllowed(method);
}

function accessDenied(): S3Error {
  return new S3Error(403, 'AccessDenied', 'This store serves one bucket, which it keeps.');
}

function methodNotAllowed(method: string): S3Error {
  return new S3Error(405, 'MethodNotAllowed', `${method} is not allowed against this resource.`);
}
