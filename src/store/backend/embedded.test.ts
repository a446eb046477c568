// Our own objects: order of keys, room in memory, files beyond it.
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EmbeddedBackend } from './embedded.ts';
import { SortedKeys } from './sorted-keys.ts';

test('what does not fit in memory lies in files, reads the same, and is gone in the end', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'psc-test-'));
  const backend = new EmbeddedBackend(10, dir);
  const files = async () => (await readdir(join(dir, (await readdir(dir))[0]!))).length;
  const put = (key: string, text: string) =>
    backend.put({ key, bytes: Buffer.from(text), etag: text, headers: {} }, () => {});
  await put('small', '12345');
  expect(await readdir(dir)).toEqual([]);
  await put('large', '1234567890');
  expect(await files()).toBe(1);
  expect((await backend.get('large'))?.bytes.toString()).toBe('1234567890');
  expect((await backend.get('large', { start: 3, end: 5 }))?.bytes.toString()).toBe('456');
  await put('large', 'fits');
  await expect.poll(files).toBe(0);
  expect((await backend.get('large'))?.bytes.toString()).toBe('fits');
  await backend[Symbol.asyncDispose]();
  expect(await readdir(dir)).toEqual([]);
  await rm(dir, { recursive: true });
});

test('a refused put leaves the room that it would have taken', async () => {
  await using backend = new EmbeddedBackend(10, '/nowhere');
  const put = { key: 'k', bytes: Buffer.alloc(8), etag: 'e', headers: {} };
  await backend.put({ ...put, bytes: Buffer.alloc(1) }, () => {});
  for (let round = 0; round < 3; round += 1) {
    await expect(backend.put({ ...put, ifNoneMatch: '*' }, () => {})).rejects.toThrow();
  }
  await backend.put(put, () => {});
});

test('pages put together are the sorted keys, rolled up at the delimiter', () => {
  const key = fc.string({
    unit: fc.constantFrom('a', 'b', '/', 'ö', '\u{1f600}', '\uffee'),
    maxLength: 5,
  });
  const property = fc.property(
    fc.array(key),
    key,
    fc.boolean(),
    fc.integer({ min: 1, max: 4 }),
    check,
  );
  fc.assert(property, { numRuns: 300 });
});

function check(keys: string[], prefix: string, rolled: boolean, keysMax: number): void {
  const sorted = new SortedKeys();
  for (const key of keys) sorted.add(key);
  const delimiter = rolled ? '/' : '';
  const seen: string[] = [];
  let after = '';
  for (;;) {
    const page = sorted.page({ prefix, delimiter, after, keysMax });
    expect(page.keys.length + page.prefixes.length).toBeLessThanOrEqual(keysMax);
    seen.push(...[...page.keys, ...page.prefixes].sort(byBytes));
    if (!page.truncated) break;
    after = page.next;
  }
  const expected = [...new Set(keys)]
    .filter((key) => key.startsWith(prefix) && key !== '')
    .map((key) => {
      const cut = rolled ? key.indexOf('/', prefix.length) : -1;
      return cut < 0 ? key : key.slice(0, cut + 1);
    });
  expect(seen).toEqual([...new Set(expected)].sort(byBytes));
}

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
