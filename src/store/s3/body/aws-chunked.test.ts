// The aws-chunked form, in whatever pieces it arrives.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { AwsChunkedDecoder } from './aws-chunked.ts';

function decode(pieces: readonly Buffer[]): [string, Record<string, string>] {
  const parts: Buffer[] = [];
  const decoder = new AwsChunkedDecoder((data) => parts.push(data));
  for (const piece of pieces) decoder.push(piece);
  decoder.finish();
  return [Buffer.concat(parts).toString('latin1'), Object.fromEntries(decoder.trailers)];
}

const SIGNED =
  '5;chunk-signature=aa\r\nhello\r\n6;chunk-signature=bb\r\n world\r\n0;chunk-signature=cc\r\n' +
  'x-amz-checksum-crc32:DUoRhQ==\r\nx-amz-trailer-signature:dd\r\n\r\n';
const TRAILERS = { 'x-amz-checksum-crc32': 'DUoRhQ==', 'x-amz-trailer-signature': 'dd' };

test('data and trailers come out whole, however the bytes were split', () => {
  const cuts = fc.array(fc.integer({ min: 0, max: SIGNED.length }));
  fc.assert(
    fc.property(cuts, (places) => {
      const edges = [0, ...places.toSorted((a, b) => a - b), SIGNED.length];
      const pieces = edges
        .slice(1)
        .map((end, index) => Buffer.from(SIGNED.slice(edges[index], end)));
      expect(decode(pieces)).toEqual(['hello world', TRAILERS]);
    }),
  );
});

test.each([
  ['without signatures or trailers', '3\r\na\r\n\r\n0\r\n\r\n', 'a\r\n'],
  ['without a last line break', '1\r\na\r\n0\r\n', 'a'],
  ['empty', '0\r\n\r\n', ''],
])('%s', (_what, text, data) => {
  expect(decode([Buffer.from(text)])[0]).toBe(data);
});

test.each([
  ['no last chunk', '5\r\nhello\r\n'],
  ['data cut off', '5\r\nhel'],
  ['a size that is none', 'x\r\nhello\r\n0\r\n\r\n'],
  ['more data than its size', '3\r\nhello\r\n0\r\n\r\n'],
])('%s is refused', (_what, text) => {
  expect(() => decode([Buffer.from(text)])).toThrow('well-formed');
});
