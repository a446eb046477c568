// A hold of whole streams: bytes and FIN of a direction are kept, of one connection or of all of a proxy.

import type { Direction } from '../chain/link.ts';
import { type Exchange, known } from '../observe/exchange.ts';
import type { ProxyWatch } from '../observe/proxy-watch.ts';
import type { Watch } from '../observe/watch.ts';
import { HeldOperationError, type Holding } from './held.ts';
import type { HeldOperation, HeldOutput, HoldInput } from './wire.ts';

interface Announced {
  readonly watch: Watch;
  readonly direction: Direction;
  readonly exchange: Exchange | undefined;
}

/** A hold of streams. */
export class StreamHold implements Holding {
  readonly id: string;
  readonly #proxy: ProxyWatch;
  readonly #conn: string | undefined;
  readonly #directions: readonly Direction[];
  readonly #announced: Announced[] = [];

  constructor(id: string, proxy: ProxyWatch, { direction = 'upstream', conn }: HoldInput) {
    this.id = id;
    this.#proxy = proxy;
    this.#conn = conn;
    this.#directions = direction === 'both' ? ['upstream', 'downstream'] : [direction];
  }

  /** Holds this connection, if it is meant. */
  apply(watch: Watch): void {
    if (this.#conn !== undefined && this.#conn !== watch.conn) return;
    for (const direction of this.#directions) gateOf(watch, direction).freeze(this.id);
  }

  /** Bytes or an end wait because of this hold; says so once for each message. */
  announce(watch: Watch, direction: Direction, exchange: Exchange | undefined): void {
    const told = this.#announced.some(
      (one) => one.watch === watch && one.direction === direction && one.exchange === exchange,
    );
    if (told) return;
    this.#announced.push({ watch, direction, exchange });
    const about = known({ call: exchange?.call });
    this.#proxy.emit(watch.conn, { type: 'held', held: this.id, direction, ...about });
  }

  show(): HeldOutput[] {
    return this.#announced.map(({ watch, direction, exchange }) => ({
      id: this.id,
      proxy: this.#proxy.name,
      conn: watch.conn,
      direction,
      bytes: gateOf(watch, direction).waitingBytes,
      complete: exchange?.complete ?? false,
      clientGone: watch.clientGone,
      ...known({ call: exchange?.call }),
    }));
  }

  operate(operation: HeldOperation): void {
    if (
      operation !== 'release' &&
      operation !== 'drop' &&
      operation !== 'reset' &&
      operation !== 'cut'
    ) {
      throw new HeldOperationError(
        `a held stream knows release, drop, reset and cut, not ${operation}`,
      );
    }
    this.#proxy.endHold(this);
    if (operation === 'release') this.#release();
    else
      for (const watch of this.#heldWatches())
        watch.cut(operation === 'reset' ? 'reset' : 'close', false);
    for (const watch of this.#proxy.watches) {
      for (const direction of this.#directions) gateOf(watch, direction).thaw(this.id);
    }
  }

  #release(): void {
    for (const { watch, exchange } of this.#announced) {
      if (watch.closedAlready) continue;
      const about = known({ call: exchange?.call });
      const late = watch.clientGone ? { late: true as const } : {};
      this.#proxy.emit(watch.conn, { type: 'released', held: this.id, ...about, ...late });
      if (watch.clientGone && exchange !== undefined) watch.requests.endHeld = true;
    }
  }

  #heldWatches(): Set<Watch> {
    return new Set(this.#announced.map(({ watch }) => watch));
  }
}

function gateOf(watch: Watch, direction: Direction) {
  return direction === 'upstream' ? watch.requests : watch.answers;
}
