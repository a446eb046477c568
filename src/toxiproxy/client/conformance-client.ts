// Client of the extension API. The plain API is toxiproxy-node-client's.

import { Agent } from 'node:http';
import type {
  CutInput,
  HeldOperation,
  HeldOutput,
  HoldInput,
  ProxyEvent,
  ProxyInput,
  ProxyOutput,
  Rule,
  RuleState,
} from '../conformance/wire.ts';
import { callApi } from './api-call.ts';
import { type EventStream, openEventStream } from './event-stream.ts';

/** Speaks /conformance with one engine. Every method throws ConformanceApiError when the engine refuses. */
export class ConformanceClient implements AsyncDisposable {
  readonly #apiUrl: string;
  readonly #agent = new Agent({ keepAlive: true });

  /** `apiUrl`: as `RunningToxiproxy.apiUrl`. */
  constructor(apiUrl: string) {
    this.#apiUrl = apiUrl;
  }

  /** Makes a proxy with its toxics and rules in one step; gives it with the ids of its rules. */
  createProxy(input: ProxyInput): Promise<{ proxy: ProxyOutput; rules: string[] }> {
    return this.#call('POST', 'proxies', input);
  }

  /** Adds a rule and gives its id. */
  async addRule(proxy: string, rule: Rule): Promise<string> {
    return (await this.#call<{ id: string }>('POST', `${proxyPath(proxy)}/rules`, rule)).id;
  }

  async removeRule(proxy: string, id: string): Promise<void> {
    await this.#call('DELETE', `${proxyPath(proxy)}/rules/${encodeURIComponent(id)}`);
  }

  /** The rules of a proxy and how often each has acted. */
  async rules(proxy: string): Promise<RuleState[]> {
    return (await this.#call<{ rules: RuleState[] }>('GET', `${proxyPath(proxy)}/rules`)).rules;
  }

  /** Keeps bytes and FIN of a direction from now on; gives the id to release or drop them by. */
  async hold(proxy: string, input: HoldInput = {}): Promise<string> {
    return (await this.#call<{ id: string }>('POST', `${proxyPath(proxy)}/hold`, input)).id;
  }

  /** Leads later dials (late releases too) to another address; live connections and what is held stay. */
  async moveUpstream(proxy: string, upstream: string): Promise<void> {
    await this.#call('POST', `${proxyPath(proxy)}/upstream`, { upstream });
  }

  /** Everything that is held, of all proxies. */
  async held(): Promise<HeldOutput[]> {
    return (await this.#call<{ held: HeldOutput[] }>('GET', 'held')).held;
  }

  /** Releases, drops, duplicates … what is held under this id (event `held`). */
  async operate(id: string, operation: HeldOperation): Promise<void> {
    await this.#call('POST', `held/${encodeURIComponent(id)}/${operation}`);
  }

  /** Ends live connections of a proxy; gives their number. */
  async cut(proxy: string, input: CutInput = {}): Promise<number> {
    return (await this.#call<{ cut: number }>('POST', `${proxyPath(proxy)}/cut`, input)).cut;
  }

  /** Resolves when every event so far has left to every subscriber; gives the last one's number. */
  async drain(): Promise<number> {
    return (await this.#call<{ seq: number }>('POST', 'drain')).seq;
  }

  /** Subscribes to events; resolves when the subscription is open. */
  events(onEvent: (event: ProxyEvent) => void): Promise<EventStream> {
    return openEventStream(this.#apiUrl, onEvent);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#agent.destroy();
  }

  #call<T>(method: string, path: string, body?: object): Promise<T> {
    return callApi(this.#agent, this.#apiUrl, method, `/conformance/${path}`, body);
  }
}

function proxyPath(name: string): string {
  return `proxies/${encodeURIComponent(name)}`;
}
