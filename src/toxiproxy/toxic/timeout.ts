// `timeout`: drops the stream's bytes and closes both ends after `timeout` milliseconds without data in it
// (0 = never). Removing it closes every live connection, so that no reader takes what follows for the whole.

import type { Behaviour, Stage } from '../chain/stage.ts';
import { durationMs, type ToxicContext, type ToxicType } from './toxic-type.ts';

/** Swallows data, then closes. */
export const timeout: ToxicType = {
  type: 'timeout',
  struct: { name: 'TimeoutToxic', type: 'toxics.TimeoutToxic', fields: { timeout: 'int64' } },
  closesOnRemoval: true,
  start: (attributes, context) => new Timeout(durationMs(attributes.timeout!), context),
};

class Timeout implements Behaviour {
  readonly #timeoutMs: number;
  readonly #context: ToxicContext;
  #clock: NodeJS.Timeout | undefined;
  #dueAt = 0;

  constructor(timeoutMs: number, context: ToxicContext) {
    this.#timeoutMs = timeoutMs;
    this.#context = context;
  }

  step(stage: Stage): boolean {
    const chunk = stage.input.take();
    if (chunk !== undefined) {
      this.#context.hit();
      chunk.owner?.lost(chunk.data.length);
      this.#restart(stage);
      return true;
    }
    if (stage.input.done) {
      clearTimeout(this.#clock);
      stage.close('end');
    } else if (this.#clock === undefined) {
      this.#restart(stage);
    }
    return false;
  }

  interrupt(): boolean {
    this.dispose();
    return true;
  }

  dispose(): void {
    clearTimeout(this.#clock);
    this.#clock = undefined;
  }

  /** The clock runs beside the steps, for data must be swallowed meanwhile. */
  #restart(stage: Stage): void {
    if (this.#timeoutMs <= 0) return;
    this.#dueAt = performance.now() + this.#timeoutMs;
    if (this.#clock === undefined) this.#arm(stage);
  }

  #arm(stage: Stage): void {
    const leftMs = Math.min(Math.max(1, this.#dueAt - performance.now()), 2 ** 31 - 1);
    this.#clock = setTimeout(() => {
      if (performance.now() < this.#dueAt) {
        this.#arm(stage);
        return;
      }
      this.#context.hit();
      stage.close('close');
    }, leftMs);
  }
}
