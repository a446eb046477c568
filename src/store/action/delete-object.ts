// DeleteObject and DeleteObjects.
import { xmlAnswer } from '../s3/answer.ts';
import { S3Error } from '../s3/error.ts';
import { elements, fromXml, text } from '../s3/xml.ts';
import type { Action, ActionContext, ActionRequest } from './action.ts';

/** Most keys of one DeleteObjects (S3 API reference). */
const KEYS_MAX = 1000;

/** Deletes one object; 204 whether it was there or not. */
export function deleteObject(context: ActionContext, request: ActionRequest): Action {
  const { key } = request.address;
  return {
    op: 'delete',
    keys: [key],
    mutates: true,
    run: async (onCommit) => {
      await context.backend.delete(key, onCommit);
      return { status: 204, headers: {} };
    },
  };
}

/** Deletes many objects, one commit for each key, in the order named. */
export function deleteMany(context: ActionContext, request: ActionRequest): Action {
  const content = fromXml(request.payload.bytes, 'Delete');
  const keys = elements(content, 'Object').map((object) => text(object, 'Key') ?? '');
  if (keys.length === 0 || keys.length > KEYS_MAX || keys.includes('')) {
    throw new S3Error(400, 'MalformedXML', `Between 1 and ${KEYS_MAX} keys can be deleted.`);
  }
  const quiet = text(content, 'Quiet') === 'true';
  return {
    op: 'delete',
    keys,
    mutates: true,
    run: async (onCommit) => {
      for (const key of keys) await context.backend.delete(key, onCommit);
      const deleted = quiet ? {} : { Deleted: keys.map((key) => ({ Key: key })) };
      return xmlAnswer(200, 'DeleteResult', deleted);
    },
  };
}
