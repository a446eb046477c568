// Compares the structure of two OpenAPI documents: everything but prose.

/** Keys that tell and do not demand. */
const PROSE = new Set(['description', 'summary', 'title']);

/** Each difference in one line: place, what one has, what the other has. Keys below `properties` are names, never prose. */
export function structureDifferences(
  left: unknown,
  right: unknown,
  place = '',
  names = false,
): string[] {
  if (isObject(left) && isObject(right)) {
    const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
    return [...keys]
      .filter((key) => names || !PROSE.has(key))
      .flatMap((key) => {
        const own = `${place}/${key}`;
        if (!(key in left)) return [`${own}: only in the second`];
        if (!(key in right)) return [`${own}: only in the first`];
        return structureDifferences(left[key], right[key], own, key === 'properties');
      });
  }
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    return left.flatMap((item, index) =>
      structureDifferences(item, right[index], `${place}/${index}`),
    );
  }
  const [first, second] = [JSON.stringify(left), JSON.stringify(right)];
  return first === second ? [] : [`${place}: ${first} in the first, ${second} in the second`];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
