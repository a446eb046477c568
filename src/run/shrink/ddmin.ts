// Delta debugging: the smallest part of a failing input that still fails (Zeller and Hildebrandt, 2002), within a
// limit of time, for each try is a run against a real server.

/** Decides whether a part still fails. */
export type StillFails<T> = (part: readonly T[]) => Promise<boolean>;

/**
 * ddmin: a part of `items` that fails and, if time allowed, of which no single member can be left out. `items` itself is taken to
 * fail and is not tried. The empty part is tried first, for a failure that needs none of them.
 */
export async function ddmin<T>(
  items: readonly T[],
  stillFails: StillFails<T>,
  isOver: () => boolean = () => false,
): Promise<readonly T[]> {
  let kept = items;
  if (kept.length === 0 || isOver()) return kept;
  if (await stillFails([])) return [];
  let pieces = 2;
  while (kept.length >= 2 && !isOver()) {
    const smaller = await smallerPart(kept, pieces, stillFails, isOver);
    if (smaller) {
      pieces = smaller.isComplement ? Math.max(2, pieces - 1) : 2;
      kept = smaller.part;
    } else if (pieces >= kept.length) {
      break;
    } else {
      pieces = Math.min(kept.length, pieces * 2);
    }
  }
  return kept;
}

async function smallerPart<T>(
  items: readonly T[],
  pieces: number,
  stillFails: StillFails<T>,
  isOver: () => boolean,
): Promise<{ readonly part: readonly T[]; readonly isComplement: boolean } | undefined> {
  const chunks = split(items, pieces);
  for (const part of chunks) {
    if (isOver()) return undefined;
    if (await stillFails(part)) return { part, isComplement: false };
  }
  // Of two pieces each is the other's complement.
  if (chunks.length <= 2) return undefined;
  for (const left of chunks) {
    if (isOver()) return undefined;
    const part = items.filter((item) => !left.includes(item));
    if (await stillFails(part)) return { part, isComplement: true };
  }
  return undefined;
}

function split<T>(items: readonly T[], pieces: number): readonly (readonly T[])[] {
  return Array.from({ length: pieces }, (_, index) =>
    items.slice(
      Math.floor((index * items.length) / pieces),
      Math.floor(((index + 1) * items.length) / pieces),
    ),
  ).filter((chunk) => chunk.length > 0);
}
