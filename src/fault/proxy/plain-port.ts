// The plain API of any Toxiproxy, spoken with toxiproxy-node-client. What that client gets wrong is put right here: it
// types partial bodies away, does not encode names, and breaks on a base URL with a final slash.

import type { ICreateToxicBody, Toxic } from 'toxiproxy-node-client';
import { Proxy as ClientProxy, Toxiproxy } from 'toxiproxy-node-client';
import { HarnessError } from '../../core/exit.ts';
import type { ProxyOutput } from '../../toxiproxy/index.ts';
import type {
  Address,
  NamedToxic,
  ProxyChange,
  ProxyExtensions,
  ProxyInput,
  ProxyPort,
} from './port.ts';

type Attributes = Readonly<Record<string, number>>;

/** Proxies and toxics of one server, by our names. */
export class PlainPort implements ProxyPort {
  readonly extended: boolean = false;
  readonly extensions: ProxyExtensions | undefined = undefined;
  readonly #client: Toxiproxy;
  readonly #proxies = new Map<string, ClientProxy>();
  readonly #toxics = new Map<string, Toxic<Attributes>>();

  /** `url` of the server's API. */
  constructor(url: string) {
    this.#client = new Toxiproxy(url.replace(/\/+$/, ''));
  }

  async create(input: ProxyInput): Promise<Address> {
    const { name, upstream, listen = '127.0.0.1:0', enabled = true } = input;
    const proxy = await told(`add proxy ${name}`, () =>
      this.#client.createProxy({ name, listen, upstream, enabled }),
    );
    this.#proxies.set(name, proxy);
    for (const toxic of input.toxics ?? []) await this.addToxic(name, named(toxic));
    return parseAddress(proxy.listen);
  }

  /** Takes note of a proxy that was added by other means. */
  adopt(name: string, shown: ProxyOutput): void {
    type Shown = ConstructorParameters<typeof ClientProxy>[1];
    this.#proxies.set(name, new ClientProxy(this.#client, shown as Shown));
  }

  async remove(proxy: string): Promise<void> {
    const known = this.#proxies.get(proxy);
    if (known === undefined) return;
    this.#proxies.delete(proxy);
    for (const key of this.#toxics.keys()) {
      if (key.startsWith(`${proxy}/`)) this.#toxics.delete(key);
    }
    await told(`remove proxy ${proxy}`, () => unlessGone(known.remove()));
  }

  async update(proxy: string, change: ProxyChange): Promise<void> {
    const known = this.#known(proxy);
    // Members that are absent stay as they are, which the client's type does not know.
    const body = change as Parameters<ClientProxy['update']>[0];
    this.#proxies.set(proxy, await told(`change proxy ${proxy}`, () => known.update(body)));
  }

  async addToxic(proxy: string, toxic: NamedToxic): Promise<void> {
    const body = { toxicity: 1, attributes: {}, ...toxic } as ICreateToxicBody<Attributes>;
    const added = await told(`add ${toxic.type} to proxy ${proxy}`, () =>
      this.#known(proxy).addToxic<Attributes>(body),
    );
    this.#toxics.set(`${proxy}/${toxic.name}`, added);
  }

  async removeToxic(proxy: string, name: string): Promise<void> {
    const toxic = this.#toxics.get(`${proxy}/${name}`);
    if (toxic === undefined) return;
    this.#toxics.delete(`${proxy}/${name}`);
    await told(`remove toxic ${name} from proxy ${proxy}`, () => unlessGone(toxic.remove()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#proxies.keys()].map((name) => this.remove(name)));
  }

  #known(proxy: string): ClientProxy {
    const known = this.#proxies.get(proxy);
    if (known === undefined) throw new HarnessError(`there is no proxy ${proxy}`);
    return known;
  }
}

/** `host:port`, with IPv6 in brackets. */
export function parseAddress(text: string): Address {
  const colon = text.lastIndexOf(':');
  return {
    host: text.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(text.slice(colon + 1)),
  };
}

/** `host:port` of an address, as Toxiproxy writes it. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

function named(toxic: NonNullable<ProxyInput['toxics']>[number]): NamedToxic {
  return { name: `${toxic.type}_${toxic.stream ?? 'downstream'}`, ...toxic };
}

/** What is there no longer needs no removal. The client tells the status in its message only. */
async function unlessGone(removal: Promise<void>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof Error && error.message.endsWith('404'))) throw error;
  }
}

async function told<T>(what: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HarnessError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new HarnessError(`Toxiproxy did not ${what}: ${reason}`, { cause: error });
  }
}
