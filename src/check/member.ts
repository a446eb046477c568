// Maps whose members come into being when they are first named.

/** The member of the key; made, and kept, if there is none. */
export function memberOf<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let member = map.get(key);
  if (member === undefined) {
    member = create();
    map.set(key, member);
  }
  return member;
}
