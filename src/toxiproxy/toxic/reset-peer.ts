// `reset_peer`: idle until the first chunk or end of its stream; drops it, and after `timeout` milliseconds both
// ends get RST. The original can't be interrupted meanwhile, and closes with FIN where the toxic came after the
// connection; neither holds here unless strict.

import type { Behaviour, Stage } from '../chain/stage.ts';
import { type Attributes, durationMs, type ToxicContext, type ToxicType } from './toxic-type.ts';

/** Resets the connection. */
export const resetPeer: ToxicType = {
  type: 'reset_peer',
  struct: { name: 'ResetToxic', type: 'toxics.ResetToxic', fields: { timeout: 'int64' } },
  start: (attributes, context) => new ResetPeer(attributes, context),
};

class ResetPeer implements Behaviour {
  readonly #attributes: Attributes;
  readonly #context: ToxicContext;
  #triggered = false;

  constructor(attributes: Attributes, context: ToxicContext) {
    this.#attributes = attributes;
    this.#context = context;
  }

  step(stage: Stage): boolean {
    const chunk = stage.input.take();
    if (chunk === undefined && !stage.input.done) return false;
    this.#context.hit();
    this.#triggered = true;
    chunk?.owner?.lost(chunk.data.length);
    const kind = this.#context.strict ? 'close' : 'reset';
    stage.wait(durationMs(this.#attributes.timeout!), () => stage.close(kind));
    return false;
  }

  interrupt(): boolean {
    return !(this.#triggered && this.#context.strict);
  }
}
