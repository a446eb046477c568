// Whether a stream may be coloured: NO_COLOR and FORCE_COLOR are honoured (no-color.org).

import type { CliIo } from './io.ts';

/** True on a terminal unless NO_COLOR is set; FORCE_COLOR wins over the missing terminal. */
export function colourAllowed(io: CliIo, stream: { readonly isTTY?: boolean }): boolean {
  if (io.env.NO_COLOR !== undefined && io.env.NO_COLOR !== '') return false;
  if (io.env.FORCE_COLOR !== undefined && io.env.FORCE_COLOR !== '0') return true;
  return stream.isTTY === true;
}
