// `slicer`: halves a chunk (cut ± variation) until a piece is at most average + variation, and waits `delay`
// microseconds after each piece.

import { type Chunk, slice } from '../chain/chunk.ts';
import type { Behaviour, Stage } from '../chain/stage.ts';
import { type Attributes, durationMs, type ToxicContext, type ToxicType } from './toxic-type.ts';

/** Cuts data into pieces of `average_size` ± `size_variation` bytes. */
export const slicer: ToxicType = {
  type: 'slicer',
  struct: {
    name: 'SlicerToxic',
    type: 'toxics.SlicerToxic',
    fields: { average_size: 'int', size_variation: 'int', delay: 'int' },
  },
  refuse: refuseSlicer,
  start: (attributes, context) => new Slicer(attributes, context),
};

function refuseSlicer(attributes: Attributes): string | undefined {
  const { average_size: average, size_variation: variation } = attributes;
  if (average! <= 0n) return 'average_size must be above 0';
  if (variation! < 0n) return 'size_variation must not be negative';
  if (variation! > average!) return 'size_variation must not exceed average_size';
  return undefined;
}

class Slicer implements Behaviour {
  readonly #attributes: Attributes;
  readonly #context: ToxicContext;
  #held: Chunk | undefined;
  /** Ends of the pieces of the held chunk that are still to go, the next one last. */
  #cuts: number[] = [];
  #start = 0;

  constructor(attributes: Attributes, context: ToxicContext) {
    this.#attributes = attributes;
    this.#context = context;
  }

  step(stage: Stage): boolean {
    if (this.#held === undefined) {
      const chunk = stage.input.take();
      if (chunk === undefined) {
        if (stage.input.done) stage.close('end');
        return false;
      }
      this.#context.hit();
      this.#held = chunk;
      this.#start = 0;
      this.#cuts = this.#cut(chunk.data.length);
    }
    const chunk = this.#held;
    const start = this.#start;
    const end = this.#cuts.pop()!;
    this.#start = end;
    stage.emit(slice(chunk, start, end));
    stage.wait(durationMs(this.#attributes.delay!, 1000n), () => {
      if (this.#cuts.length === 0) this.#held = undefined;
    });
    return true;
  }

  interrupt(stage: Stage): boolean {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined && this.#start < held.data.length) {
      stage.emit(slice(held, this.#start));
    }
    return true;
  }

  /** Ends of the pieces in falling order. Attributes that would never end leave the chunk whole. */
  #cut(size: number): number[] {
    const { average_size, size_variation } = this.#attributes;
    if (refuseSlicer(this.#attributes) !== undefined) return [size];
    const average = Number(average_size);
    const variation = Number(size_variation);
    const ends: number[] = [];
    const open: [number, number][] = [[0, size]];
    for (let span = open.pop(); span !== undefined; span = open.pop()) {
      const [start, end] = span;
      if (end - start - average <= variation) {
        ends.push(end);
        continue;
      }
      let middle = start + Math.floor((end - start) / 2);
      if (variation > 0) {
        middle += Math.floor(this.#context.random() * variation * 2) - variation;
      }
      open.push([start, middle], [middle, end]);
    }
    return ends;
  }
}
