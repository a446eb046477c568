// What the lane needs of a Toxiproxy: the plain API, and the extensions where there are any.

import type {
  CutInput,
  HeldOperation,
  ProxyEvent,
  ProxyInput,
  Rule,
  ToxicInput,
} from '../../toxiproxy/index.ts';

export type { CutInput, HeldOperation, ProxyEvent, ProxyInput, Rule, ToxicInput };

/** An address. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

/** A Toxiproxy, as the lane talks to it. Every method throws HarnessError when the server does not do it. */
export interface ProxyPort extends AsyncDisposable {
  /** Whether triggers, holds and events exist; the methods below `extensions` need them. */
  readonly extended: boolean;
  /** Adds a proxy with its toxics; resolves with where its clients connect. */
  create(input: ProxyInput): Promise<Address>;
  remove(proxy: string): Promise<void>;
  update(proxy: string, change: ProxyChange): Promise<void>;
  addToxic(proxy: string, toxic: NamedToxic): Promise<void>;
  removeToxic(proxy: string, name: string): Promise<void>;
  readonly extensions: ProxyExtensions | undefined;
}

/** A change of a proxy; live connections end when something really differs. */
export interface ProxyChange {
  readonly enabled?: boolean;
  readonly upstream?: string;
}

/** A toxic under a name of ours. */
export type NamedToxic = ToxicInput & { readonly name: string };

/** A rule under a name of ours. */
export type NamedRule = Rule & { readonly id: string };

/** What only our own engine has. */
export interface ProxyExtensions {
  addRule(proxy: string, rule: NamedRule): Promise<void>;
  removeRule(proxy: string, id: string): Promise<void>;
  /** Does something with what is held. What is held no longer is no error. */
  held(id: string, operation: HeldOperation): Promise<void>;
  /** Ends live connections. */
  cut(proxy: string, input: CutInput): Promise<void>;
  /** Every event from now on, in order. */
  onEvent(listener: (event: ProxyEvent) => void): () => void;
  /** Resolves when every event so far was told. */
  drain(): Promise<void>;
}
