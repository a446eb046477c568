// The bytes of a body: are they one JSON text in UTF-8, read by everyone alike? And what value do they hold?

import { isUtf8 } from 'node:buffer';
import { countMembers, scanJson } from './json/scan.ts';
import { parseStrictJson, type StrictJson } from './json/strict.ts';

/** One thing that is wrong with the bytes. */
export interface BodyProblem {
  /** Row of `spec/judging.yaml`. */
  readonly rule: 'body-not-json' | 'duplicate-name';
  /** One sentence without a final stop. */
  readonly message: string;
  readonly place?: string;
}

/** What the bytes hold. */
export type BodyReading =
  | {
      readonly ok: true;
      /** As JSON.parse gives it: integers beyond 2^53 are rounded. */
      readonly value: unknown;
      readonly problems: readonly BodyProblem[];
      /** Places of whole numbers that were written with a fraction or an exponent. */
      readonly fractions: readonly string[];
    }
  | { readonly ok: false; readonly problem: BodyProblem };

const NOTHING: readonly never[] = [];

/** Reads a body that is to be JSON. Never throws. */
export function readJsonBody(bytes: Uint8Array): BodyReading {
  const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) {
    return broken('the body begins with a byte order mark');
  }
  if (!isUtf8(body)) return broken('the body is not valid UTF-8');
  const text = body.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return broken(whyBroken(text));
  }
  const scan = scanJson(text);
  if (!scan.fraction && scan.members === countMembers(value)) {
    return { ok: true, value, problems: NOTHING, fractions: NOTHING };
  }
  // A text nested too deeply for the strict parser keeps what the quick one said.
  const strict = parseStrictJson(text).json;
  return {
    ok: true,
    value,
    problems: strict ? strict.duplicates.map(duplicateProblem) : NOTHING,
    fractions: strict?.fractions ?? NOTHING,
  };
}

function broken(message: string): BodyReading {
  return { ok: false, problem: { rule: 'body-not-json', message } };
}

function duplicateProblem(place: StrictJson['duplicates'][number]): BodyProblem {
  return {
    rule: 'duplicate-name',
    place,
    message: `the member ${place} is there more than once in its object`,
  };
}

function whyBroken(text: string): string {
  const { problem } = parseStrictJson(text);
  if (!problem) return 'the body is no JSON';
  const where = `at character ${problem.offset}`;
  if (problem.kind === 'cut') return `the JSON of the body is cut off ${where}`;
  if (problem.kind === 'trailing') return `something follows the JSON of the body ${where}`;
  return `the body is no JSON ${where}`;
}
