// The behaviour that does nothing: first stage of every chain, the toxic `noop`, and any toxic that its
// toxicity spares.

import type { Behaviour, Stage } from './stage.ts';

/** Hands every chunk on. Stateless, so one value serves every stage. */
export const pass: Behaviour = {
  step(stage: Stage): boolean {
    const chunk = stage.input.take();
    if (chunk !== undefined) {
      stage.emit(chunk);
      return true;
    }
    if (stage.input.done) stage.close('end');
    return false;
  },
  interrupt: () => true,
};
