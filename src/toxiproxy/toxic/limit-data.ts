// `limit_data`: exactly `bytes` bytes pass, then both ends close, also when the limit is met exactly. Counted for
// each connection from when the toxic was added; an update keeps the count.

import { slice } from '../chain/chunk.ts';
import type { Behaviour } from '../chain/stage.ts';
import type { ToxicType } from './toxic-type.ts';

interface Passed {
  bytes: number;
}

/** Closes after `bytes` bytes. */
export const limitData: ToxicType = {
  type: 'limit_data',
  struct: { name: 'LimitDataToxic', type: 'toxics.LimitDataToxic', fields: { bytes: 'int64' } },
  newState: (): Passed => ({ bytes: 0 }),
  start: (attributes, context, state): Behaviour => {
    const passed = state as Passed;
    return {
      step(stage) {
        const chunk = stage.input.take();
        if (chunk === undefined) {
          if (stage.input.done) stage.close('end');
          return false;
        }
        const left = Math.max(0, Number(attributes.bytes!) - passed.bytes);
        const size = Math.min(left, chunk.data.length);
        passed.bytes += size;
        if (size > 0) stage.emit(slice(chunk, 0, size));
        if (size < left) return true;
        context.hit();
        if (size < chunk.data.length) chunk.owner?.lost(chunk.data.length - size);
        stage.close('close');
        return false;
      },
      interrupt: () => true,
    };
  },
};
