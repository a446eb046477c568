// Our own engine: the plain API as everywhere, and its extensions through their client.

import { ConformanceApiError, ConformanceClient, type EventStream } from '../../toxiproxy/index.ts';
import { PlainPort, parseAddress } from './plain-port.ts';
import type {
  Address,
  CutInput,
  HeldOperation,
  NamedRule,
  ProxyEvent,
  ProxyExtensions,
  ProxyInput,
  ProxyPort,
} from './port.ts';

/** Opens a port to the engine; the event stream runs before it resolves. Throws HarnessError. */
export async function openExtendedPort(apiUrl: string): Promise<ProxyPort> {
  const client = new ConformanceClient(apiUrl);
  const listeners = new Set<(event: ProxyEvent) => void>();
  const events = await client.events((event) => {
    for (const listener of listeners) listener(event);
  });
  return new ExtendedPort(apiUrl, { client, listeners, events });
}

interface Parts {
  readonly client: ConformanceClient;
  readonly listeners: Set<(event: ProxyEvent) => void>;
  readonly events: EventStream;
}

class ExtendedPort extends PlainPort {
  override readonly extended = true;
  override readonly extensions: ProxyExtensions;
  readonly #parts: Parts;

  constructor(apiUrl: string, parts: Parts) {
    super(apiUrl);
    this.#parts = parts;
    const { client, listeners, events } = parts;
    this.extensions = {
      addRule: async (proxy: string, rule: NamedRule) => {
        await client.addRule(proxy, rule);
      },
      removeRule: (proxy: string, id: string) => unlessGone(client.removeRule(proxy, id)),
      held: (id: string, operation: HeldOperation) => unlessGone(client.operate(id, operation)),
      cut: async (proxy: string, input: CutInput) => {
        await unlessGone(client.cut(proxy, input));
      },
      onEvent: (listener) => {
        listeners.add(listener);
        return () => {
          listeners.delete(listener);
        };
      },
      drain: async () => events.reach(await client.drain()),
    };
  }

  /** One step, and observed from its first connection on. */
  override async create(input: ProxyInput): Promise<Address> {
    const { proxy } = await this.#parts.client.createProxy(input);
    this.adopt(proxy.name, proxy);
    return parseAddress(proxy.listen);
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    await super[Symbol.asyncDispose]();
    this.#parts.events.close();
    await this.#parts.client[Symbol.asyncDispose]();
  }
}

/** What is there no longer needs no removal. */
async function unlessGone(work: Promise<unknown>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof ConformanceApiError && error.status === 404)) throw error;
  }
}
