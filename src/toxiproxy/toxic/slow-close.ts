// `slow_close`: only the end of this stream is late; the other direction works meanwhile.

import type { Behaviour } from '../chain/stage.ts';
import { durationMs, type ToxicType } from './toxic-type.ts';

/** Delays the end of the stream by `delay` milliseconds. */
export const slowClose: ToxicType = {
  type: 'slow_close',
  struct: { name: 'SlowCloseToxic', type: 'toxics.SlowCloseToxic', fields: { delay: 'int64' } },
  start: (attributes, context): Behaviour => ({
    step(stage) {
      const chunk = stage.input.take();
      if (chunk !== undefined) {
        stage.emit(chunk);
        return true;
      }
      if (stage.input.done) {
        context.hit();
        stage.wait(durationMs(attributes.delay!), () => stage.close('end'));
      }
      return false;
    },
    interrupt: () => true,
  }),
};
