// `bandwidth`: limits each connection to `rate` kB/s (1000 bytes). A chunk over rate×100 bytes goes in such
// pieces every 100 ms, the first after 100 ms; a smaller one waits size/rate. Rate 0 lets nothing pass.

import { type Chunk, slice } from '../chain/chunk.ts';
import type { Behaviour, Stage } from '../chain/stage.ts';
import type { Attributes, ToxicContext, ToxicType } from './toxic-type.ts';

/** Time of one piece, milliseconds. */
const PIECE_MS = 100;

/** Limits a stream to `rate` kB/s. */
export const bandwidth: ToxicType = {
  type: 'bandwidth',
  struct: { name: 'BandwidthToxic', type: 'toxics.BandwidthToxic', fields: { rate: 'int64' } },
  refuse: ({ rate }) => (rate! < 0n ? 'rate must not be negative' : undefined),
  start: (attributes, context) => new Bandwidth(attributes, context),
};

class Bandwidth implements Behaviour {
  readonly #attributes: Attributes;
  readonly #context: ToxicContext;
  /** What the chunks so far still owe, milliseconds; negative where a wait took longer than asked. */
  #owedMs = 0;
  #held: Chunk | undefined;

  constructor(attributes: Attributes, context: ToxicContext) {
    this.#attributes = attributes;
    this.#context = context;
  }

  step(stage: Stage): boolean {
    if (this.#held === undefined) {
      this.#held = stage.input.take();
      if (this.#held === undefined) {
        if (stage.input.done) stage.close('end');
        return false;
      }
      this.#context.hit();
      const rate = this.#rate();
      this.#owedMs = rate <= 0 ? 0 : this.#owedMs + this.#held.data.length / rate;
    }
    const pieceBytes = this.#rate() * PIECE_MS;
    if (this.#held.data.length > pieceBytes) this.#waitForPiece(stage, this.#held, pieceBytes);
    else this.#waitForRest(stage, this.#held);
    return true;
  }

  interrupt(stage: Stage): boolean {
    const held = this.#held;
    this.#held = undefined;
    if (held !== undefined) stage.emit(held);
    return true;
  }

  #waitForPiece(stage: Stage, held: Chunk, pieceBytes: number): void {
    stage.wait(PIECE_MS, () => {
      this.#held = slice(held, pieceBytes);
      this.#owedMs -= PIECE_MS;
      // Rate 0 sends empty pieces on, as the original does: toxics behind it count them as chunks.
      stage.emit(slice(held, 0, pieceBytes));
    });
  }

  #waitForRest(stage: Stage, held: Chunk): void {
    const startedAt = performance.now();
    stage.wait(this.#owedMs, () => {
      this.#owedMs -= performance.now() - startedAt;
      this.#held = undefined;
      stage.emit(held);
    });
  }

  #rate(): number {
    return Math.max(0, Number(this.#attributes.rate!));
  }
}
