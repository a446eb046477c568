// Takes the aws-chunked transfer form apart (S3 API reference, "Transferring payload in multiple chunks"):
// <hex size>[;chunk-signature=…]CRLF data CRLF … 0[;…]CRLF [trailers] CRLF. Chunk signatures are not checked: the head's
// signature tells the writer, and the decoded length and the trailing checksum tell a damaged body.
import { S3Error } from '../error.ts';

/** Decodes one body piece by piece. */
export class AwsChunkedDecoder {
  /** Trailers by lower-case name, complete after `finish`. */
  readonly trailers = new Map<string, string>();
  readonly #emit: (data: Buffer) => void;
  #state: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  #line = '';
  #left = 0;

  /** `emit` gets the decoded bytes in order, as views of what was pushed. */
  constructor(emit: (data: Buffer) => void) {
    this.#emit = emit;
  }

  /** Takes the next bytes as they arrived. Throws `IncompleteBody` (400) for a form that is none. */
  push(chunk: Buffer): void {
    let at = 0;
    while (at < chunk.length) {
      if (this.#state === 'data') {
        const take = Math.min(this.#left, chunk.length - at);
        this.#emit(chunk.subarray(at, at + take));
        at += take;
        this.#left -= take;
        if (this.#left === 0) this.#state = 'data-end';
        continue;
      }
      const end = chunk.indexOf(10, at);
      this.#line += chunk.toString('latin1', at, end < 0 ? chunk.length : end);
      if (this.#line.length > 16_384) throw incomplete();
      if (end < 0) return;
      at = end + 1;
      this.#takeLine();
    }
  }

  /** Called at the body's end. Throws `IncompleteBody` (400) when the last chunk is missing. */
  finish(): void {
    if (this.#line !== '') this.#takeLine();
    if (this.#state !== 'trailer') throw incomplete();
  }

  #takeLine(): void {
    const line = this.#line.replace(/\r$/, '');
    this.#line = '';
    if (this.#state === 'data-end') {
      if (line !== '') throw incomplete();
      this.#state = 'size';
    } else if (this.#state === 'size') {
      const match = /^([0-9a-fA-F]{1,12})(;.*)?$/.exec(line);
      if (!match) throw incomplete();
      this.#left = Number.parseInt(match[1]!, 16);
      this.#state = this.#left === 0 ? 'trailer' : 'data';
    } else {
      const colon = line.indexOf(':');
      if (colon > 0) {
        this.trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
      }
    }
  }
}

function incomplete(): S3Error {
  return new S3Error(400, 'IncompleteBody', 'The aws-chunked body is not well-formed.');
}
