// What still arrives of a boot that is dead and settled: bytes of the dead, or somebody who lives on under its key?
import type { Socket } from 'node:net';
import type { Writer } from '../witness/writer.ts';

/** So long after a death whatever arrives lay in a socket that the lane accepted after it had cut the others, ms. */
const BURIAL_MS = 1_000;

/** How much later a lane that gets little of the processor still delivers such bytes, ms. */
const DOUBT_MS = 30_000;

/** The dead wait for no answer: the end of their connection comes with their bytes, or so much later at most, ms. */
const LEAVING_MS = 250;

/** Boots that were settled. What was held at a death and kept has arrived already: it is not asked about here. */
export class Burials {
  readonly #dead: { readonly writer: Writer; readonly atMs: number }[] = [];

  add(writer: Writer): void {
    this.#dead.push({ writer, atMs: performance.now() });
  }

  /** Whether what comes now of this writer was sent before its death. `whole`: resolves when its request has arrived. */
  async isOfTheDead(writer: Writer, socket: Socket, whole: Promise<unknown>): Promise<boolean> {
    const found = this.#dead.find(
      (dead) => dead.writer.node === writer.node && dead.writer.boot === writer.boot,
    );
    if (!found) return false;
    const ageMs = performance.now() - found.atMs;
    if (ageMs < BURIAL_MS) return true;
    if (ageMs > DOUBT_MS) return false;
    await whole;
    return leaves(socket);
  }
}

/** Whether the peer goes away at once, without its answer. */
function leaves(socket: Socket): Promise<boolean> {
  if (socket.readableEnded || socket.destroyed) return Promise.resolve(true);
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(false), LEAVING_MS);
    const gone = (): void => finish(true);
    socket.once('end', gone).once('close', gone);
    function finish(left: boolean): void {
      clearTimeout(timer);
      socket.off('end', gone).off('close', gone);
      resolve(left);
    }
  });
}
