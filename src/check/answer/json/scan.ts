// One quick look over a text that JSON.parse has accepted: is there anything that only the strict parser sees?

/** What the text holds outside of its strings. */
export interface JsonScan {
  /** Members of all objects, duplicates counted. */
  readonly members: number;
  /** Some number has a fraction or an exponent. */
  readonly fraction: boolean;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const ZERO = 0x30;
const NINE = 0x39;
const DOT = 0x2e;
const UPPER_E = 0x45;
const LOWER_E = 0x65;

/** Scans valid JSON. */
export function scanJson(text: string): JsonScan {
  let members = 0;
  let isNumber = false;
  let fraction = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= ZERO && code <= NINE) {
      isNumber = true;
      continue;
    }
    if (isNumber && (code === DOT || code === UPPER_E || code === LOWER_E)) fraction = true;
    isNumber = false;
    if (code === QUOTE) index = closingQuote(text, index);
    else if (code === COLON) members += 1;
  }
  return { members, fraction };
}

function closingQuote(text: string, open: number): number {
  let close = text.indexOf('"', open + 1);
  while (text.charCodeAt(close - 1) === BACKSLASH) {
    let first = close - 1;
    while (text.charCodeAt(first - 1) === BACKSLASH) first -= 1;
    if ((close - first) % 2 === 0) break;
    close = text.indexOf('"', close + 1);
  }
  return close;
}

/** Members of all objects of a parsed value: fewer than in the text if a name came twice. */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) count += countMembers(item);
    return count;
  }
  for (const name in value) count += 1 + countMembers((value as Record<string, unknown>)[name]);
  return count;
}
