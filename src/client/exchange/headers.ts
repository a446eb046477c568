// Headers as lists (order, spelling and duplicates kept) and as records (what most readers want).

import type { HeaderList } from './exchange.ts';

/** Headers to send: a record, or a list where order or duplicates matter. */
export type HeadersToSend = Readonly<Record<string, string>> | HeaderList;

/** The headers as a list. */
export function headerList(headers: HeadersToSend | undefined): [string, string][] {
  if (headers === undefined) return [];
  const isList = Array.isArray(headers) as boolean;
  const entries = isList ? (headers as HeaderList) : Object.entries(headers);
  return entries.map(([name, value]) => [name, value]);
}

/** True when the list has the header, in whatever case. */
export function hasHeader(list: HeaderList, name: string): boolean {
  return list.some(([key]) => key.toLowerCase() === name);
}

/** By name as sent; several values of one name are joined with a comma. */
export function headerRecord(list: HeaderList): Record<string, string> {
  const record: Record<string, string> = {};
  for (const [name, value] of list) {
    record[name] = record[name] === undefined ? value : `${record[name]}, ${value}`;
  }
  return record;
}

/** Alternating names and values, as undici takes them. */
export function flatHeaders(list: HeaderList): string[] {
  const flat: string[] = [];
  for (const [name, value] of list) flat.push(name, value);
  return flat;
}

/** Alternating raw names and values, as undici gives them; bytes are read as latin-1 (RFC 9110 section 5.5). */
export function receivedHeaders(raw: unknown): HeaderList {
  if (!Array.isArray(raw)) return [];
  const list: [string, string][] = [];
  for (let index = 0; index + 1 < raw.length; index += 2) {
    list.push([text(raw[index]), text(raw[index + 1])]);
  }
  return list;
}

function text(value: unknown): string {
  return Buffer.isBuffer(value) ? value.toString('latin1') : String(value);
}
