// The configurations that a search has visited: a set of bit sets with states, in flat typed arrays.
//
// The set of placed operations is kept here and changes by one bit at a time, so its hash does too: every operation has a
// random word, the hash of a set is their exclusive or (Zobrist 1970).

import { createRandom } from '../../core/random.ts';

/** The visited configurations, and the set of operations that is placed now. */
export interface Configurations {
  /** Places the operation if the configuration (with `state`) is new; false leaves everything as it was. */
  add(operation: number, state: number): boolean;
  /** Takes the operation back. */
  remove(operation: number): void;
  readonly size: number;
}

const SLOTS_AT_FIRST = 1 << 10;

/** An empty set for histories of `count` operations. */
export function createConfigurations(count: number): Configurations {
  return new FlatConfigurations(count);
}

class FlatConfigurations implements Configurations {
  size = 0;
  private readonly words: number;
  private readonly stride: number;
  private readonly current: Int32Array;
  private readonly zobrist: Int32Array;
  private hash = 0;
  /** For each slot the words of the set, then the state plus one; 0 there = free. */
  private slots: Int32Array;
  private mask: number;

  constructor(count: number) {
    this.words = (count + 31) >>> 5;
    this.stride = this.words + 1;
    this.current = new Int32Array(this.words);
    this.zobrist = new Int32Array(count);
    const random = createRandom('configurations');
    for (let index = 0; index < count; index += 1) this.zobrist[index] = random.next() * 2 ** 32;
    this.mask = SLOTS_AT_FIRST - 1;
    this.slots = new Int32Array(SLOTS_AT_FIRST * this.stride);
  }

  add(operation: number, state: number): boolean {
    const word = operation >>> 5;
    const bit = 1 << (operation & 31);
    const { current, slots, stride, words, mask } = this;
    current[word] = current[word]! | bit;
    const hash = this.hash ^ this.zobrist[operation]!;
    const key = state + 1;
    for (let slot = spread(hash, key) & mask; ; slot = (slot + 1) & mask) {
      const base = slot * stride;
      const found = slots[base + words]!;
      if (found === 0) {
        for (let index = 0; index < words; index += 1) slots[base + index] = current[index]!;
        slots[base + words] = key;
        break;
      }
      if (found !== key) continue;
      let index = 0;
      while (index < words && slots[base + index] === current[index]) index += 1;
      if (index === words) {
        current[word] = current[word]! & ~bit;
        return false;
      }
    }
    this.hash = hash;
    this.size += 1;
    if (this.size * 2 > mask) this.grow();
    return true;
  }

  remove(operation: number): void {
    const word = operation >>> 5;
    this.current[word] = this.current[word]! & ~(1 << (operation & 31));
    this.hash ^= this.zobrist[operation]!;
  }

  private grow(): void {
    const { slots, stride, words, mask } = this;
    const grownMask = 2 * mask + 1;
    const grown = new Int32Array((grownMask + 1) * stride);
    for (let base = 0; base < slots.length; base += stride) {
      const key = slots[base + words]!;
      if (key === 0) continue;
      let slot = spread(this.hashOf(base), key) & grownMask;
      while (grown[slot * stride + words] !== 0) slot = (slot + 1) & grownMask;
      grown.set(slots.subarray(base, base + stride), slot * stride);
    }
    this.slots = grown;
    this.mask = grownMask;
  }

  private hashOf(base: number): number {
    let hash = 0;
    for (let index = 0; index < this.words; index += 1) {
      for (let rest = this.slots[base + index]!; rest !== 0; rest &= rest - 1) {
        hash ^= this.zobrist[index * 32 + 31 - Math.clz32(rest & -rest)]!;
      }
    }
    return hash;
  }
}

function spread(hash: number, key: number): number {
  const mixed = Math.imul(hash ^ Math.imul(key, 0x9e3779b1), 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
