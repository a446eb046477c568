// All proxies of an engine, by name. Changes are made one after another, as the original's lock does.

import type { ToxicProxy } from './proxy.ts';

/** A new proxy's name is taken. */
export class ProxyExistsError extends Error {}

/** The proxies of an engine. */
export class Proxies {
  readonly #byName = new Map<string, ToxicProxy>();
  #turn: Promise<unknown> = Promise.resolve();

  /** Runs `change` when all changes before it are done. */
  exclusively<T>(change: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(change);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  get(name: string): ToxicProxy | undefined {
    return this.#byName.get(name);
  }

  /** Sorted by name, as Go sorts: by bytes. */
  all(): ToxicProxy[] {
    return [...this.#byName.values()].sort((left, right) =>
      Buffer.compare(Buffer.from(left.name), Buffer.from(right.name)),
    );
  }

  /** Throws ProxyExistsError or ListenError; then nothing was added. */
  async add(proxy: ToxicProxy, start: boolean): Promise<void> {
    if (this.#byName.has(proxy.name)) throw new ProxyExistsError(proxy.name);
    if (start) await proxy.start();
    this.#byName.set(proxy.name, proxy);
  }

  /** The existing proxy when it has the same addresses, otherwise the new one in its place. Throws ListenError. */
  async addOrReplace(proxy: ToxicProxy, start: boolean): Promise<ToxicProxy> {
    const existing = this.#byName.get(proxy.name);
    if (existing !== undefined) {
      if (!(await existing.differs(proxy))) return existing;
      existing.stop();
    }
    if (start) await proxy.start();
    this.#byName.set(proxy.name, proxy);
    return proxy;
  }

  remove(proxy: ToxicProxy): void {
    proxy.stop();
    proxy.observer?.removed();
    if (this.#byName.get(proxy.name) === proxy) this.#byName.delete(proxy.name);
  }

  clear(): void {
    for (const proxy of this.all()) this.remove(proxy);
  }
}
