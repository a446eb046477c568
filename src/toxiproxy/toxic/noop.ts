// `noop`: a real type of the API that does nothing.

import { pass } from '../chain/pass.ts';
import type { ToxicType } from './toxic-type.ts';

/** Does nothing. */
export const noop: ToxicType = {
  type: 'noop',
  struct: { name: 'NoopToxic', type: 'toxics.NoopToxic', fields: {} },
  start: () => pass,
};
