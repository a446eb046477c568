// The borders of messages are found alike however the bytes are cut, and what is no HTTP is left alone.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EventHub } from '../conformance/event-hub.ts';
import { type Exchange, requestDialect } from './exchange.ts';
import { MessageParser } from './http-message.ts';

interface Found {
  readonly method: string;
  readonly path: string;
  readonly call: string | undefined;
  readonly bytes: number;
  readonly complete: boolean;
}

/** Feeds the pieces; gives the messages found and checks that no byte was lost or moved. */
function parse(pieces: readonly Buffer[]): { messages: Found[]; opaqueBytes: number } {
  const place = { hub: new EventHub(), proxy: 'p', conn: 'c', nextCopy: () => 1 };
  const exchanges: Exchange[] = [];
  const parser = new MessageParser(requestDialect(place, (exchange) => exchanges.push(exchange)));
  const out: Buffer[] = [];
  const sizes = new Map<Exchange, number>();
  let opaqueBytes = 0;
  for (const piece of pieces) {
    for (const { data, message } of parser.feed(piece)) {
      out.push(data);
      if (message === undefined) opaqueBytes += data.length;
      else sizes.set(message, (sizes.get(message) ?? 0) + data.length);
    }
  }
  expect(Buffer.concat(out).equals(Buffer.concat(pieces))).toBe(true);
  const messages = exchanges
    .filter((exchange) => sizes.has(exchange))
    .map((exchange) => ({
      method: exchange.method,
      path: exchange.path,
      call: exchange.call,
      bytes: sizes.get(exchange)!,
      complete: exchange.complete,
    }));
  return { messages, opaqueBytes };
}

function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const ends = [...new Set([...places.map((place) => place % bytes.length), bytes.length])];
  const sorted = ends.filter((end) => end > 0).sort((left, right) => left - right);
  return sorted.map((end, index) => bytes.subarray(sorted[index - 1] ?? 0, end));
}

const TRAFFIC = [
  'GET /v1/status HTTP/1.1\r\nhost: a\r\nX-Request-ID: c1\r\n\r\n',
  'POST /x?y=1 HTTP/1.1\r\nx-request-id:c2  \r\ncontent-length: 12\r\n\r\nGET / HTTP/1',
  '\r\nPUT /chunked HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\nx-request-id: c3\r\n\r\n' +
    '5;a=b\r\nhello\r\n1A\r\nabcdefghijklmnopqrstuvwxyz\r\n0\r\nx-request-id: not-this\r\n\r\n',
  'DELETE /z HTTP/1.0\nx-request-id: c4\n\n',
] as const;

test('messages are the same however their bytes are cut', () => {
  const bytes = Buffer.from(TRAFFIC.join(''));
  fc.assert(
    fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 60 }), (places) => {
      const { messages, opaqueBytes } = parse(cut(bytes, places));
      expect(opaqueBytes).toBe(0);
      expect(messages).toEqual(
        [
          ['GET', '/v1/status', 'c1'],
          ['POST', '/x?y=1', 'c2'],
          ['PUT', '/chunked', 'c3'],
          ['DELETE', '/z', 'c4'],
        ].map(([method, path, call], index) => ({
          method,
          path,
          call,
          bytes: TRAFFIC[index]!.length,
          complete: true,
        })),
      );
    }),
    { numRuns: 300 },
  );
});

test('what is no HTTP is opaque from its first wrong byte on', () => {
  for (const text of [
    'hello world\r\n',
    '\x16\x03\x01\x02\x00 TLS',
    'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
    'get / HTTP/1.1\r\n\r\n',
    'GET  / HTTP/1.1\r\n\r\n',
    `GET /${'x'.repeat(70_000)}`,
  ]) {
    const { messages, opaqueBytes } = parse([Buffer.from(text)]);
    expect(messages.filter(({ complete }) => complete)).toEqual([]);
    expect(opaqueBytes, text.slice(0, 20)).toBe(text.length);
  }
});

test('random bytes are neither lost nor moved', () => {
  const anything = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 10 });
  const nearly = fc.array(fc.constantFrom(...TRAFFIC, '\r\n', 'GET ', ' HTTP/1.1', 'zz\r\n', '0'));
  fc.assert(
    fc.property(fc.oneof(anything, nearly), (pieces) => {
      parse(pieces.map((piece) => Buffer.from(piece as string)));
    }),
    { numRuns: 500 },
  );
});
