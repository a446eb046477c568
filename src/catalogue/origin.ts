// Where a requirement comes from, and whether that place still says the same. A sentence of prose is known by the hash of
// its words, a structure by the hash of its JSON without prose; so a changed document makes exactly the rows stale whose
// own sentence or structure changed.

import { createHash } from 'node:crypto';
import { dereference, eachNode, isRecord, type JsonRecord, valueAt } from './pointer.ts';

/** A place of the document, or a section of the rules of judging. */
export type Origin =
  | {
      /** JSON pointer into the document. */
      readonly pointer: string;
      /** Hash of the sentence (at a text) or of the structure (elsewhere). */
      readonly hash: string;
      /** Hash of the same sentence in the document as its makers published it. */
      readonly upstream?: string;
    }
  | {
      /** Section of the rules of judging, such as `§2`. */
      readonly judging: string;
    };

/** Hexadecimal digits of a hash: 48 bits are plenty for a few hundred sentences. */
const HASH_DIGITS = 12;

/** The hashes that this place of the document answers to: one for each sentence of a text, otherwise one; none if vanished. */
export function hashesAt(root: unknown, pointer: string): string[] {
  const value = valueAt(root, pointer);
  if (value === undefined) return [];
  if (typeof value === 'string' && pointer.endsWith('/description')) {
    return sentencesOf(value).map(hashText);
  }
  return [hashStructure(root, value)];
}

/** Hash of a JSON value without prose, references followed: equal for documents that demand the same. */
export function hashStructure(root: unknown, value: unknown): string {
  return hashText(JSON.stringify(skeleton(root, value, [])));
}

/** The sentences of a text, with spaces evened out. A bullet and the sentence before it are two. */
export function sentencesOf(text: string): string[] {
  return text
    .replace(/\\\n/g, '\n')
    .split(/\n\s*(?:\n|[*-]\s+)|(?<=[.!?])\s+/)
    .map((sentence) => sentence.replace(/\s+/g, ' ').trim())
    .filter((sentence) => sentence !== '');
}

/** Every text of a document that describes something, with its place lost. */
export function eachDescription(root: unknown): string[] {
  return [...eachNode(root)].flatMap(({ node }) =>
    typeof node.description === 'string' ? node.description : [],
  );
}

/** True if the place still says what the row was made from. */
export function isCurrent(root: unknown, origin: Origin): boolean {
  if ('judging' in origin) return true;
  const hashes = hashesAt(root, origin.pointer);
  return (
    hashes.includes(origin.hash) ||
    (origin.upstream !== undefined && hashes.includes(origin.upstream))
  );
}

function hashText(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_DIGITS);
}

/** Keywords that tell and do not demand. */
const PROSE = new Set(['description', 'summary', 'title', 'example', 'examples', 'externalDocs']);

function skeleton(root: unknown, value: unknown, open: readonly unknown[], names = false): unknown {
  if (Array.isArray(value)) return value.map((item) => skeleton(root, item, open));
  if (!isRecord(value)) return value;
  if (typeof value.$ref === 'string') {
    const found = dereference(root, value);
    if (!found.ok || open.includes(found.node)) return { $ref: value.$ref };
    return skeleton(root, found.node, [...open, found.node]);
  }
  const result: JsonRecord = {};
  for (const key of Object.keys(value).sort()) {
    // Below `properties` a key is a name, and `description` may be one.
    if (!names && PROSE.has(key)) continue;
    const child = value[key];
    result[key] =
      key === 'required' && Array.isArray(child)
        ? [...child].sort()
        : skeleton(root, child, open, key === 'properties');
  }
  return result;
}
