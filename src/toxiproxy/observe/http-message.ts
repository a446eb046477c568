// Framing of HTTP/1.1 messages (RFC 9112 sections 2, 6 and 7) in a stream that only passes by. It finds where a
// message's head and end are and nothing else; what is not HTTP makes the rest of the stream opaque.

/** One message on the wire. */
export interface Message {
  /** Head as latin1 text, as far as it has arrived. */
  head: string;
  headComplete: boolean;
  complete: boolean;
}

/** Bytes of one read that belong to one message; opaque bytes belong to none. */
export interface Segment<M extends Message> {
  readonly data: Buffer;
  readonly message: M | undefined;
}

/** How the body of a message is delimited. */
export type Framing =
  | { readonly kind: 'none' | 'chunked' | 'until-close' | 'opaque' }
  | { readonly kind: 'length'; readonly bytes: number };

/** What is special about requests, or about answers. */
export interface Dialect<M extends Message> {
  /** A message begins. */
  create(): M;
  /** Whether text can be the beginning of such a message. */
  fits(head: string): boolean;
  /** Its head is complete: how does its body end? */
  framing(message: M): Framing;
}

/** A longer head is none. */
const HEAD_BYTES_MAX = 64 * 1024;

type State = 'head' | 'length' | 'chunk-size' | 'chunk-data' | 'trailer' | 'until-close' | 'opaque';

/** Splits a byte stream at the borders of its messages. */
export class MessageParser<M extends Message> {
  readonly #dialect: Dialect<M>;
  #state: State = 'head';
  #message: M | undefined;
  /** Bytes left of a body or chunk (with its line end). */
  #left = 0;
  /** The line of a chunk's size or trailer, as far as it has arrived. */
  #line = '';

  constructor(dialect: Dialect<M>) {
    this.#dialect = dialect;
  }

  get opaque(): boolean {
    return this.#state === 'opaque';
  }

  /** The segments of these bytes, in order and without gaps. */
  feed(data: Buffer): Segment<M>[] {
    const segments: Segment<M>[] = [];
    let start = 0;
    let at = 0;
    while (at < data.length && this.#state !== 'opaque') {
      this.#message ??= this.#dialect.create();
      const message = this.#message;
      at = this.#advance(data, at, message);
      if (this.opaque) break;
      if (message.complete || at >= data.length) {
        segments.push({ data: data.subarray(start, at), message });
        start = at;
      }
      if (message.complete) this.#message = undefined;
    }
    if (start < data.length) segments.push({ data: data.subarray(start), message: undefined });
    return segments;
  }

  #advance(data: Buffer, at: number, message: M): number {
    switch (this.#state) {
      case 'head':
        return this.#readHead(data, at, message);
      case 'length':
        return this.#skip(data, at, () => this.#finish(message));
      case 'chunk-size':
        return this.#readLine(data, at, (line) => this.#startChunk(line));
      case 'chunk-data':
        return this.#skip(data, at, () => {
          this.#state = 'chunk-size';
        });
      case 'trailer':
        return this.#readLine(data, at, (line) => {
          if (line === '') this.#finish(message);
        });
      default:
        return data.length;
    }
  }

  #readHead(data: Buffer, at: number, message: M): number {
    const known = message.head.length;
    message.head += data.toString('latin1', at);
    const match = /\r?\n\r?\n/g;
    match.lastIndex = Math.max(0, known - 3);
    // Blank lines before a message are allowed and belong to it.
    const blank = /^[\r\n]*/.exec(message.head)![0].length;
    match.lastIndex = Math.max(match.lastIndex, blank);
    const found = match.exec(message.head);
    if (!this.#dialect.fits(message.head.slice(blank)) || message.head.length > HEAD_BYTES_MAX) {
      if (found === null || !this.#dialect.fits(message.head.slice(blank))) {
        this.#state = 'opaque';
        return at;
      }
    }
    if (found === null) return data.length;
    const end = found.index + found[0].length;
    message.head = message.head.slice(blank, found.index);
    message.headComplete = true;
    this.#startBody(message);
    return at + end - known;
  }

  #startBody(message: M): void {
    const framing = this.#dialect.framing(message);
    if (framing.kind === 'none' || (framing.kind === 'length' && framing.bytes === 0)) {
      this.#finish(message);
    } else if (framing.kind === 'length') {
      this.#state = 'length';
      this.#left = framing.bytes;
    } else if (framing.kind === 'chunked') {
      this.#state = 'chunk-size';
    } else {
      this.#state = framing.kind;
    }
  }

  #startChunk(line: string): void {
    const size = Number.parseInt(line, 16);
    if (Number.isNaN(size)) this.#state = 'opaque';
    else if (size === 0) this.#state = 'trailer';
    else {
      this.#state = 'chunk-data';
      this.#left = size + 2;
    }
  }

  #skip(data: Buffer, at: number, finish: () => void): number {
    const taken = Math.min(this.#left, data.length - at);
    this.#left -= taken;
    if (this.#left === 0) finish();
    return at + taken;
  }

  #readLine(data: Buffer, at: number, finish: (line: string) => void): number {
    const end = data.indexOf(10, at);
    const stop = end < 0 ? data.length : end + 1;
    this.#line += data.toString('latin1', at, stop);
    if (end >= 0) {
      const line = this.#line.trimEnd();
      this.#line = '';
      finish(line);
    } else if (this.#line.length > HEAD_BYTES_MAX) {
      this.#state = 'opaque';
    }
    return stop;
  }

  #finish(message: M): void {
    message.complete = true;
    this.#state = 'head';
  }
}

/** The value of a header field in a head, trimmed; undefined when it is absent. */
export function headerOf(head: string, name: string): string | undefined {
  return new RegExp(`\\n${name}[ \\t]*:[ \\t]*([^\\r\\n]*)`, 'i').exec(head)?.[1]?.trimEnd();
}

/** The framing that the fields of a head tell; `other` where they tell nothing. */
export function fieldFraming(head: string, other: 'none' | 'until-close'): Framing {
  const coding = headerOf(head, 'transfer-encoding');
  if (coding !== undefined) {
    return { kind: /chunked\s*$/i.test(coding) ? 'chunked' : 'until-close' };
  }
  const length = headerOf(head, 'content-length');
  if (length === undefined) return { kind: other };
  return /^\d+$/.test(length) ? { kind: 'length', bytes: Number(length) } : { kind: 'opaque' };
}
