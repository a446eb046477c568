// `latency`: a chunk leaves at its read time + latency ± jitter. Chunks are pipelined and keep their order; the
// end is not delayed, but waits behind data.

import type { Chunk } from '../chain/chunk.ts';
import type { Behaviour, Stage } from '../chain/stage.ts';
import { type Attributes, durationMs, type ToxicContext, type ToxicType } from './toxic-type.ts';

/** From here on twice the jitter is no 64-bit number any more, and the original dies. */
const JITTER_MAX = 2n ** 62n;

/** Delays data by `latency` ± `jitter` milliseconds. */
export const latency: ToxicType = {
  type: 'latency',
  struct: {
    name: 'LatencyToxic',
    type: 'toxics.LatencyToxic',
    fields: { latency: 'int64', jitter: 'int64' },
  },
  bufferMax: 1024,
  refuse: ({ jitter }) => (jitter! >= JITTER_MAX ? 'jitter must be below 2^62' : undefined),
  start: (attributes, context) => new Latency(attributes, context),
};

class Latency implements Behaviour {
  readonly #attributes: Attributes;
  readonly #context: ToxicContext;
  #held: Chunk | undefined;

  constructor(attributes: Attributes, context: ToxicContext) {
    this.#attributes = attributes;
    this.#context = context;
  }

  step(stage: Stage): boolean {
    const chunk = stage.input.take();
    if (chunk === undefined) {
      if (stage.input.done) stage.close('end');
      return false;
    }
    this.#context.hit();
    const delayMs = this.#delayMs() - (performance.now() - chunk.readAt);
    this.#held = chunk;
    stage.wait(delayMs, () => {
      this.#held = undefined;
      chunk.readAt += delayMs;
      stage.emit(chunk);
    });
    return true;
  }

  interrupt(stage: Stage): boolean {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) stage.emit(held);
    return true;
  }

  #delayMs(): number {
    const { latency: base, jitter } = this.#attributes as { latency: bigint; jitter: bigint };
    if (jitter <= 0n || jitter >= JITTER_MAX) return durationMs(base);
    const drawn = BigInt(Math.floor(this.#context.random() * Number(jitter * 2n)));
    return durationMs(base + drawn - jitter);
  }
}
