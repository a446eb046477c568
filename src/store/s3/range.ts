// The Range header of a read (RFC 9110 section 14.1.2): one range of bytes; anything else reads the whole object.

/** `bytes=start-end` (end inclusive, absent: to the end) or `bytes=-suffix`. */
export type ByteRange =
  | { readonly start: number; readonly end?: number }
  | { readonly suffix: number };

/** The range asked for, or undefined for a missing or unknown form, which a server ignores. */
export function parseRange(header: string | undefined): ByteRange | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, start, end] = match as unknown as [string, string, string];
  if (start === '') return end === '' ? undefined : { suffix: Number(end) };
  if (end === '') return { start: Number(start) };
  return Number(end) < Number(start) ? undefined : { start: Number(start), end: Number(end) };
}

/** First byte and byte past the last one within `size`; undefined when nothing of it can be given (416). */
export function resolveRange(range: ByteRange, size: number): [number, number] | undefined {
  if ('suffix' in range) {
    return range.suffix === 0 || size === 0 ? undefined : [Math.max(0, size - range.suffix), size];
  }
  if (range.start >= size) return undefined;
  return [range.start, Math.min(size, (range.end ?? size - 1) + 1)];
}

/** The header that asks a store for `range`. */
export function rangeHeader(range: ByteRange): string {
  return 'suffix' in range ? `bytes=-${range.suffix}` : `bytes=${range.start}-${range.end ?? ''}`;
}
