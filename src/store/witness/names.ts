// What a key says by itself: tenant, timeline, whether it is an index (judging section 4).

const ID = /^[0-9a-f]{32}$/i;
const INDEX = /(?:^|\/)index_part\.json(-[0-9a-f]{8})?$/i;

/** Whose an object is, as far as its key tells; ids in lower case, however the key spells them. */
export interface Owners {
  readonly tenant?: string;
  readonly timeline?: string;
}

/** Tenant and timeline of a key: the first and the second path segment below `prefix` of 32 hex digits. */
export function ownersOf(key: string, prefix: string): Owners {
  const below = key.startsWith(prefix) ? key.slice(prefix.length) : key;
  const ids = below.split('/').filter((segment) => ID.test(segment));
  const [tenant, timeline] = ids.map((id) => id.toLowerCase());
  return { ...(tenant ? { tenant } : {}), ...(timeline ? { timeline } : {}) };
}

/** Whether the object is a timeline's index. */
export function isIndexKey(key: string): boolean {
  return INDEX.test(key);
}

/** Generation suffix of a key (later versions of the layout), without the dash. */
export function generationOf(key: string): string | undefined {
  return /-([0-9a-f]{8})$/i.exec(key)?.[1];
}
