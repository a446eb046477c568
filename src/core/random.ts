// Seeded randomness: every random choice of a run comes from here, so that a seed repeats it.

/** A stream of pseudo-random numbers (sfc32, PractRand; seeded through an xmur3-style string hash). */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform integer in [0, bound). */
  below(bound: number): number;
  /** One element of a non-empty list. */
  pick<T>(list: readonly T[]): T;
  /** `digits` lower-case hexadecimal digits. */
  hex(digits: number): string;
  /** An independent stream: the same name of the same parent gives the same stream. */
  fork(name: string): Random;
}

/** A stream of its own for each (seed, name). */
export function createRandom(seed: number | string): Random {
  const state = hashToState(String(seed));
  for (let round = 0; round < 12; round += 1) step(state);
  const random: Random = {
    next: () => step(state) / 2 ** 32,
    below: (bound) => Math.floor(random.next() * bound),
    pick: (list) => list[random.below(list.length)]!,
    hex: (digits) => Array.from({ length: digits }, () => random.below(16).toString(16)).join(''),
    fork: (name) => createRandom(`${seed}/${name}`),
  };
  return random;
}

function hashToState(text: string): Uint32Array {
  let hash = 1779033703 ^ text.length;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 3432918353);
    hash = (hash << 13) | (hash >>> 19);
  }
  const state = new Uint32Array(4);
  for (let index = 0; index < 4; index += 1) {
    hash = Math.imul(hash ^ (hash >>> 16), 2246822507);
    hash = Math.imul(hash ^ (hash >>> 13), 3266489909);
    hash ^= hash >>> 16;
    state[index] = hash;
  }
  return state;
}

function step(state: Uint32Array): number {
  const [a, b, c, d] = state as unknown as [number, number, number, number];
  const sum = (a + b + d) | 0;
  state[3] = d + 1;
  state[0] = b ^ (b >>> 9);
  state[1] = (c + (c << 3)) | 0;
  state[2] = ((c << 21) | (c >>> 11)) + sum;
  return sum >>> 0;
}
