// Reads the raw bytes of one answer by RFC 9112 and tells what is wrong with its framing. HTTP libraries hide most of it.

/** The kinds of trouble; each is a row of `spec/judging.yaml` (`framing-…`). */
export type FramingKind = 'length' | 'two-lengths' | 'body-forbidden' | 'head' | 'extra';

/** One thing that is wrong. */
export interface FramingProblem {
  readonly kind: FramingKind;
  /** One sentence without a final stop. */
  readonly message: string;
}

/** How the bytes came to an end: the peer closed, reset, or the connection was still open when we stopped waiting. */
export type AnswerEnd = 'closed' | 'reset' | 'open';

/** What the bytes say. */
export interface RawAnswer {
  /** Status of the final answer; undefined if no status line could be read. */
  readonly status: number | undefined;
  /** Statuses of 1xx answers before it. */
  readonly interim: readonly number[];
  /** Lower-case name and value, in order, duplicates kept. */
  readonly headers: readonly (readonly [string, string])[];
  /** The body without its transfer coding, as far as it came. */
  readonly body: Buffer;
  readonly problems: readonly FramingProblem[];
}

/** What was asked and how the connection ended. */
export interface RawAnswerContext {
  /** Method of the request: an answer to HEAD has no body. */
  readonly method: string;
  readonly ended: AnswerEnd;
}

interface Head {
  readonly status: number;
  readonly headers: readonly (readonly [string, string])[];
  /** Offset of the first byte behind the head. */
  readonly end: number;
}

/** Reads one answer from the raw bytes of a connection on which one request was sent. Never throws. */
export function analyseRawAnswer(raw: Buffer, context: RawAnswerContext): RawAnswer {
  const problems: FramingProblem[] = [];
  const interim: number[] = [];
  let offset = 0;
  for (;;) {
    const head = readHead(raw, offset, problems);
    if (!head) return { status: undefined, interim, headers: [], body: Buffer.alloc(0), problems };
    offset = head.end;
    if (head.status >= 100 && head.status < 200 && head.status !== 101) {
      interim.push(head.status);
      continue;
    }
    const body = readBody(raw.subarray(offset), head, context, problems);
    return { status: head.status, interim, headers: head.headers, body, problems };
  }
}

function readHead(raw: Buffer, start: number, problems: FramingProblem[]): Head | undefined {
  const fail = (message: string): undefined => void problems.push({ kind: 'head', message });
  if (start >= raw.length) return fail('there is no status line');
  const end = raw.indexOf('\r\n\r\n', start, 'latin1');
  const bare = raw.indexOf('\n\n', start, 'latin1');
  if (end < 0 && bare < 0) return fail('the head of the answer is cut');
  const loose = end < 0 || (bare >= 0 && bare < end);
  if (loose) fail('lines of the head end without CR');
  const text = raw.toString('latin1', start, loose ? bare : end);
  const [first = '', ...lines] = text.split(/\r?\n/);
  const line = /^HTTP\/1\.[01] (\d{3})(?: [^\r\n]*)?$/.exec(first);
  if (!line) return fail(`the status line is malformed: ${JSON.stringify(first.slice(0, 60))}`);
  if (!loose && /(^|[^\r])\n/.test(text)) fail('a line of the head ends without CR');
  return {
    status: Number(line[1]),
    headers: lines.flatMap((header) => readHeader(header, problems)),
    end: loose ? bare + 2 : end + 4,
  };
}

function readHeader(line: string, problems: FramingProblem[]): (readonly [string, string])[] {
  const match = /^([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*(.*?)[ \t]*$/s.exec(line);
  if (!match) {
    problems.push({
      kind: 'head',
      message: `a header is malformed: ${JSON.stringify(line.slice(0, 60))}`,
    });
    return [];
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for.
  if (/[\x00-\x08\x0a-\x1f\x7f]/.test(match[2]!)) {
    problems.push({ kind: 'head', message: `header ${match[1]} holds a control character` });
  }
  return [[match[1]!.toLowerCase(), match[2]!]];
}

function readBody(
  rest: Buffer,
  head: Head,
  { method, ended }: RawAnswerContext,
  problems: FramingProblem[],
): Buffer {
  const say = (kind: FramingKind, message: string): void => void problems.push({ kind, message });
  const values = (name: string): string[] =>
    head.headers.filter(([own]) => own === name).flatMap(([, value]) => value.split(/\s*,\s*/));
  const lengths = values('content-length');
  const codings = values('transfer-encoding').map((coding) => coding.toLowerCase());
  if (lengths.length > 1)
    say('two-lengths', `Content-Length is given ${lengths.length} times (${lengths.join(', ')})`);
  if (lengths.length > 0 && codings.length > 0)
    say('two-lengths', 'Content-Length stands beside Transfer-Encoding');
  const forbidden = bodyForbidden(method, head.status);
  if (forbidden !== undefined) {
    if (rest.length > 0) say('body-forbidden', `${rest.length} bytes follow ${forbidden}`);
    return Buffer.alloc(0);
  }
  if (codings.at(-1) === 'chunked') return readChunks(rest, say);
  if (codings.length === 0 && lengths.length > 0) return readCounted(rest, lengths[0]!, say);
  if (ended === 'reset')
    say(
      'length',
      'the connection was reset before the body, which only its end delimits, was over',
    );
  if (ended === 'open')
    say('length', 'nothing tells where the body ends, and the connection stays open');
  return rest;
}

/** RFC 9110 §6.4.1: which answers have no body, whatever their headers say. */
function bodyForbidden(method: string, status: number): string | undefined {
  if (method.toUpperCase() === 'HEAD') return 'the answer to HEAD';
  return status === 204 || status === 304 || status === 101 ? `a ${status}` : undefined;
}

type Say = (kind: FramingKind, message: string) => void;

function readCounted(rest: Buffer, text: string, say: Say): Buffer {
  if (!/^\d{1,15}$/.test(text)) {
    say('head', `Content-Length ${JSON.stringify(text)} is no length`);
    return rest;
  }
  const length = Number(text);
  if (rest.length < length)
    say('length', `Content-Length is ${length}, but ${rest.length} bytes came`);
  if (rest.length > length)
    say('extra', `${rest.length - length} bytes follow the body of ${length} bytes`);
  return rest.subarray(0, length);
}

function readChunks(rest: Buffer, say: Say): Buffer {
  const parts: Buffer[] = [];
  let offset = 0;
  for (;;) {
    const lineEnd = rest.indexOf('\r\n', offset, 'latin1');
    const line = lineEnd < 0 ? '' : rest.toString('latin1', offset, lineEnd);
    const size = /^([0-9a-fA-F]{1,8})[ \t]*(?:;.*)?$/.exec(line)?.[1];
    if (size === undefined) {
      const what =
        lineEnd < 0
          ? 'the chunks are cut'
          : `a chunk size is malformed: ${JSON.stringify(line.slice(0, 40))}`;
      say('length', what);
      return Buffer.concat(parts);
    }
    const start = lineEnd + 2;
    const length = Number.parseInt(size, 16);
    if (length === 0) {
      checkTrailer(rest, start, say);
      return Buffer.concat(parts);
    }
    parts.push(rest.subarray(start, start + length));
    offset = start + length + 2;
    if (rest.toString('latin1', offset - 2, offset) !== '\r\n') {
      say(
        'length',
        rest.length < offset ? 'the last chunk is cut' : 'a chunk is not as long as it says',
      );
      return Buffer.concat(parts);
    }
  }
}

function checkTrailer(rest: Buffer, start: number, say: Say): void {
  let offset = start;
  for (;;) {
    const end = rest.indexOf('\r\n', offset, 'latin1');
    if (end < 0) {
      say('length', 'the end of the chunks is cut');
      return;
    }
    if (end === offset) {
      if (rest.length > end + 2)
        say('extra', `${rest.length - end - 2} bytes follow the last chunk`);
      return;
    }
    offset = end + 2;
  }
}
