// A strict JSON parser (RFC 8259) that sees what JSON.parse hides: names that come twice, integers beyond 2^53, how a
// number was written, and what exactly is wrong. Slower; used only where the quick scan says that there is something to see.

/** Why a text is no JSON. */
export interface JsonProblem {
  /** `cut`: it ends too early · `trailing`: something follows it · `syntax`: anything else. */
  readonly kind: 'cut' | 'trailing' | 'syntax';
  /** Offset in characters. */
  readonly offset: number;
}

/** What a text holds. */
export interface StrictJson {
  /** The value; integers beyond 2^53 are bigint, the last of several members of one name counts. */
  readonly value: unknown;
  /** Places of members whose name came before in the same object: `/a/0/b`. */
  readonly duplicates: readonly string[];
  /** Places of whole numbers that were written with a fraction or an exponent. */
  readonly fractions: readonly string[];
}

/** The value of the text, or what is wrong with it. */
export type StrictResult =
  | { readonly json: StrictJson; readonly problem?: never }
  | { readonly json?: never; readonly problem: JsonProblem };

/** Nesting that is followed; deeper texts are taken for broken. */
const DEPTH_MAX = 512;

/** Parses a whole text. Never throws. */
export function parseStrictJson(text: string): StrictResult {
  const parser = new StrictParser(text);
  try {
    return { json: parser.whole() };
  } catch (error) {
    if (error instanceof ProblemError) return { problem: error.problem };
    throw error;
  }
}

/** The value with its numbers exact: `bigint` where an integer lies beyond 2^53. Throws SyntaxError for what is no JSON. */
export function parseExactJson(text: string): unknown {
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  const { json, problem } = parseStrictJson(text);
  if (problem) throw new SyntaxError(`no JSON: ${problem.kind} at character ${problem.offset}`);
  return json.value;
}

class ProblemError extends Error {
  readonly problem: JsonProblem;
  constructor(problem: JsonProblem) {
    super(problem.kind);
    this.problem = problem;
  }
}

const SPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: raw control characters are what strings must not hold.
const STRING = /"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const WORD = /true|false|null/y;

class StrictParser {
  private readonly text: string;
  private offset = 0;
  private readonly duplicates: string[] = [];
  private readonly fractions: string[] = [];

  constructor(text: string) {
    this.text = text;
  }

  whole(): StrictJson {
    const value = this.value('', 0);
    this.take(SPACE);
    if (this.offset < this.text.length) this.fail('trailing');
    return { value, duplicates: this.duplicates, fractions: this.fractions };
  }

  private value(place: string, depth: number): unknown {
    this.take(SPACE);
    if (depth > DEPTH_MAX) this.fail('syntax');
    switch (this.text[this.offset]) {
      case '{':
        return this.object(place, depth);
      case '[':
        return this.array(place, depth);
      case '"':
        return this.string();
      default: {
        const word = this.take(WORD);
        return word === undefined ? this.number(place) : JSON.parse(word);
      }
    }
  }

  private object(place: string, depth: number): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    const seen = new Set<string>();
    if (this.opens('}')) return result;
    do {
      this.take(SPACE);
      const name = this.string();
      this.expect(':');
      const own = `${place}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
      if (seen.has(name)) this.duplicates.push(own);
      seen.add(name);
      const value = this.value(own, depth + 1);
      Object.defineProperty(result, name, {
        value,
        enumerable: true,
        writable: true,
        configurable: true,
      });
    } while (this.continues('}'));
    return result;
  }

  private array(place: string, depth: number): unknown[] {
    const result: unknown[] = [];
    if (this.opens(']')) return result;
    do {
      result.push(this.value(`${place}/${result.length}`, depth + 1));
    } while (this.continues(']'));
    return result;
  }

  private string(): string {
    return JSON.parse(this.take(STRING) ?? this.fail('syntax')) as string;
  }

  private number(place: string): number | bigint {
    const source = this.take(NUMBER);
    if (source === undefined || source === '') this.fail('syntax');
    const value = Number(source);
    const plain = /^-?\d+$/.test(source!);
    if (!plain && Number.isInteger(value)) this.fractions.push(place);
    return plain && !Number.isSafeInteger(value) ? BigInt(source!) : value;
  }

  /** Eats the opening bracket; true if the closing one follows at once. */
  private opens(close: string): boolean {
    this.offset += 1;
    this.take(SPACE);
    if (this.text[this.offset] !== close) return false;
    this.offset += 1;
    return true;
  }

  /** True after a comma, false after the closing bracket. */
  private continues(close: string): boolean {
    this.take(SPACE);
    const next = this.text[this.offset];
    if (next !== ',' && next !== close) this.fail('syntax');
    this.offset += 1;
    return next === ',';
  }

  private expect(sign: string): void {
    this.take(SPACE);
    if (this.text[this.offset] !== sign) this.fail('syntax');
    this.offset += 1;
  }

  private take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.offset;
    const found = pattern.exec(this.text)?.[0];
    if (found !== undefined) this.offset += found.length;
    return found;
  }

  private fail(kind: JsonProblem['kind']): never {
    const rest = this.text.slice(this.offset);
    // An open string, a half word or nothing at all: the text was cut.
    const cut =
      kind === 'syntax' &&
      /^(?:"(?:[^"\\]|\\.)*\\?|-|t(?:r(?:u)?)?|f(?:a(?:l(?:s)?)?)?|n(?:u(?:l)?)?|-?\d+\.|-?\d+(?:\.\d+)?[eE][+-]?)?$/s.test(
        rest,
      );
    throw new ProblemError({ kind: cut ? 'cut' : kind, offset: this.offset });
  }
}
