// Finds the first JSON value of a request body the way Go's decoder does: what follows the value is not looked
// at, and the first wrong byte gives Go's own sentence. Works on latin1 text, one character a byte, for Go
// quotes bytes; it never recurses, so nesting costs no stack.

/** The body is not JSON; `message` is Go's text without its prefix (recorded answers, tag `go-json-text`). */
export class GoSyntaxError extends Error {}

/** Deepest nesting that Go's decoder takes. */
const DEPTH_MAX = 10_000;
const LITERALS: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/** Where the first value of `text` lies. Throws GoSyntaxError: `EOF` of nothing, `unexpected EOF` of a cut value. */
export function scanFirstValue(text: string): { start: number; end: number } {
  const start = skipSpace(text, 0);
  if (start >= text.length) throw new GoSyntaxError('EOF');
  return { start, end: scanValue(text, start) };
}

/** Index of the first character at or after `index` that is not JSON white space. */
export function skipSpace(text: string, index: number): number {
  let at = index;
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at += 1;
  return at;
}

/** End of the value that starts at `start`; throws GoSyntaxError where Go would. */
export function scanValue(text: string, start: number): number {
  const open: string[] = [];
  let at = start;
  let wants: 'value' | 'first' | 'key' | 'after' = 'value';
  for (;;) {
    at = skipSpace(text, at);
    const char = charAt(text, at);
    if (wants === 'after') {
      const container = open.at(-1)!;
      if (char === ',') {
        wants = container === '{' ? 'key' : 'value';
        at += 1;
        continue;
      }
      if (char !== closing(container)) throw unexpected(char, afterText(container));
      open.pop();
      at += 1;
    } else if (wants === 'first' && char === closing(open.at(-1)!)) {
      open.pop();
      at += 1;
    } else if (wants === 'key' || (wants === 'first' && open.at(-1) === '{')) {
      at = scanKey(text, at);
      wants = 'value';
      continue;
    } else if (char === '{' || char === '[') {
      open.push(char);
      if (open.length > DEPTH_MAX) throw new GoSyntaxError('exceeded max depth');
      at += 1;
      wants = 'first';
      continue;
    } else {
      at = scanScalar(text, at);
    }
    if (open.length === 0) return at;
    wants = 'after';
  }
}

function closing(container: string): string {
  return container === '{' ? '}' : ']';
}

function afterText(container: string): string {
  return container === '{' ? 'after object key:value pair' : 'after array element';
}

function scanKey(text: string, start: number): number {
  const char = charAt(text, start);
  if (char !== '"') throw unexpected(char, 'looking for beginning of object key string');
  const colon = skipSpace(text, scanString(text, start));
  const separator = charAt(text, colon);
  if (separator !== ':') throw unexpected(separator, 'after object key');
  return colon + 1;
}

function scanScalar(text: string, start: number): number {
  const char = charAt(text, start);
  if (char === '"') return scanString(text, start);
  if (char === '-' || isDigit(char)) return scanNumber(text, start);
  const literal = LITERALS[char];
  if (literal === undefined) throw unexpected(char, 'looking for beginning of value');
  for (let index = 1; index < literal.length; index += 1) {
    const got = charAt(text, start + index);
    if (got !== literal[index]) {
      throw unexpected(got, `in literal ${literal} (expecting '${literal[index]}')`);
    }
  }
  return start + literal.length;
}

function scanString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const char = charAt(text, at);
    if (char === '"') return at + 1;
    if (char < ' ') throw unexpected(char, 'in string literal');
    at += 1;
    if (char !== '\\') continue;
    const mark = charAt(text, at);
    at += 1;
    if (mark === 'u') {
      for (let digit = 0; digit < 4; digit += 1, at += 1) {
        const hex = charAt(text, at);
        if (!/[0-9a-fA-F]/.test(hex)) throw unexpected(hex, 'in \\u hexadecimal character escape');
      }
    } else if (!'bfnrt\\/"'.includes(mark)) {
      throw unexpected(mark, 'in string escape code');
    }
  }
}

function scanNumber(text: string, start: number): number {
  let at = text[start] === '-' ? start + 1 : start;
  const first = charAt(text, at);
  if (!isDigit(first)) throw unexpected(first, 'in numeric literal');
  at = first === '0' ? at + 1 : skipDigits(text, at);
  if (text[at] === '.') {
    const digit = charAt(text, at + 1);
    if (!isDigit(digit)) throw unexpected(digit, 'after decimal point in numeric literal');
    at = skipDigits(text, at + 1);
  }
  if (text[at] === 'e' || text[at] === 'E') {
    at += 1;
    if (text[at] === '+' || text[at] === '-') at += 1;
    const digit = charAt(text, at);
    if (!isDigit(digit)) throw unexpected(digit, 'in exponent of numeric literal');
    at = skipDigits(text, at);
  }
  return at;
}

function isDigit(char: string | undefined): boolean {
  return char !== undefined && char >= '0' && char <= '9';
}

function skipDigits(text: string, start: number): number {
  let at = start;
  while (isDigit(text[at])) at += 1;
  return at;
}

function charAt(text: string, index: number): string {
  const char = text[index];
  if (char === undefined) throw new GoSyntaxError('unexpected EOF');
  return char;
}

/** Go's sentence on a wrong byte; the byte is quoted as a Go character. */
function unexpected(char: string, where: string): GoSyntaxError {
  return new GoSyntaxError(`invalid character ${quoteChar(char)} ${where}`);
}

function quoteChar(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  const named: Readonly<Record<string, string>> = {
    '\x07': '\\a',
    '\b': '\\b',
    '\f': '\\f',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\v': '\\v',
    '\\': '\\\\',
  };
  if (named[char] !== undefined) return `'${named[char]}'`;
  const code = char.charCodeAt(0);
  if (code < 0x20 || code === 0x7f) return `'\\x${code.toString(16).padStart(2, '0')}'`;
  if (code >= 0x80 && (code <= 0xa0 || code === 0xad)) return `'\\u00${code.toString(16)}'`;
  return `'${char}'`;
}
