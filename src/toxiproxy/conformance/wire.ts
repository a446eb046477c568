// The extension API under /conformance as it goes over the wire: what clients send, what they get, and the
// events. Shared by engine and client; docs/toxiproxy.md explains it to users of other languages.

/** Moments of an HTTP exchange at which a rule can act. */
export type RulePoint =
  /** The request's head is there; nothing of it was forwarded. */
  | 'request-start'
  /** The whole request is there; nothing of it was forwarded. */
  | 'request-complete'
  /** The answer's status line is there; nothing of it was forwarded. */
  | 'answer-first-byte'
  /** Exactly `byte` bytes of the answer, head included, were forwarded. */
  | 'answer-byte';

/** Whose socket a rule resets or cuts; the other one is closed with FIN. */
export type Side = 'client' | 'upstream' | 'both';

/** What a rule does. */
export type RuleAction =
  /** Keeps the bytes, and what follows them, until released or dropped. */
  | { readonly do: 'hold' }
  /** As `hold`; the event says that somebody wants to be called back first. */
  | { readonly do: 'callback' }
  /** As `hold`, released by itself after `ms` milliseconds. */
  | { readonly do: 'delay'; readonly ms: number }
  /** RST. At a request with side `client`, the request is forwarded: the caller is gone, the server works. */
  | { readonly do: 'reset'; readonly side?: Side }
  /** FIN, with the whole socket closed. As `reset` otherwise. */
  | { readonly do: 'cut'; readonly side?: Side }
  /** The answer is thrown away; the connection stays. At a request, the request is forwarded. */
  | { readonly do: 'swallow' }
  /** The request is thrown away; the connection stays. */
  | { readonly do: 'drop' };

/** Which exchanges a rule means; absent members match all. */
export interface RuleMatch {
  readonly method?: string;
  /** Regular expression for path and query. */
  readonly pathPattern?: string;
  /** The request header `x-request-id`. */
  readonly call?: string;
  /** Status of the answer; only for answer points. */
  readonly status?: number;
  /** The rule acts from the n-th match on; default 1. */
  readonly nth?: number;
}

/** A trigger on HTTP. */
export interface Rule {
  /** Chosen by the engine when absent. */
  readonly id?: string;
  readonly match?: RuleMatch;
  readonly point: RulePoint;
  /** Only for `answer-byte`. */
  readonly byte?: number;
  readonly action: RuleAction;
  /** How often it acts; default 1. */
  readonly times?: number | 'always';
}

/** A rule as the engine lists it. */
export interface RuleState extends Rule {
  readonly id: string;
  /** Matches so far. */
  readonly seen: number;
  /** How often it has acted. */
  readonly acted: number;
}

/** A toxic as the plain API takes it. */
export interface ToxicInput {
  readonly type: string;
  readonly name?: string;
  readonly stream?: 'upstream' | 'downstream';
  readonly toxicity?: number;
  readonly attributes?: Readonly<Record<string, number>>;
}

/** `POST /conformance/proxies`: a proxy, its toxics and its rules in one step, there before the first client. */
export interface ProxyInput {
  readonly name: string;
  /** Default `127.0.0.1:0`. */
  readonly listen?: string;
  readonly upstream: string;
  readonly enabled?: boolean;
  readonly toxics?: readonly ToxicInput[];
  readonly rules?: readonly Rule[];
  /** Default true. */
  readonly observe?: boolean;
}

/** A toxic as the plain API shows it. */
export interface ToxicOutput {
  readonly name: string;
  readonly type: string;
  readonly stream: string;
  readonly toxicity: number;
  readonly attributes: Readonly<Record<string, number>>;
}

/** A proxy as the plain API shows it. */
export interface ProxyOutput {
  readonly name: string;
  readonly listen: string;
  readonly upstream: string;
  readonly enabled: boolean;
  readonly toxics: readonly ToxicOutput[];
}

/** `POST /conformance/proxies/{p}/hold`: from now on, bytes and FIN of a direction are kept. */
export interface HoldInput {
  /** Default `upstream`. */
  readonly direction?: 'upstream' | 'downstream' | 'both';
  /** Only this connection; default: all, later ones too. */
  readonly conn?: string;
}

/** Something that is held: `GET /conformance/held`. */
export interface HeldOutput {
  readonly id: string;
  readonly proxy: string;
  readonly conn: string;
  readonly call?: string;
  readonly direction: 'upstream' | 'downstream';
  readonly point?: RulePoint;
  readonly rule?: string;
  readonly bytes: number;
  /** All bytes of the message are there. */
  readonly complete: boolean;
  /** The client has left meanwhile. */
  readonly clientGone: boolean;
}

/** What can be done with something held: `POST /conformance/held/{id}/{operation}`. */
export type HeldOperation = 'release' | 'drop' | 'duplicate' | 'swallow' | 'reset' | 'cut';

/** `POST /conformance/proxies/{p}/cut`: ends live connections. */
export interface CutInput {
  readonly mode?: 'fin' | 'rst';
  readonly conn?: string;
  /** Requests that are held stay, and can still be released; default: they are dropped. */
  readonly keepHeld?: boolean;
}

/** Members of every event. `t` is `process.hrtime.bigint()` of the engine's machine as text. */
interface EventBase {
  readonly seq: number;
  readonly t: string;
  readonly proxy: string;
  readonly conn: string;
}

/** One line of the event stream `GET /conformance/events`, but for its first (`hello`). */
export type ProxyEvent = EventBase &
  (
    | {
        readonly type: 'open';
        readonly client: string;
        readonly upstream: string;
        readonly detached?: true;
        /** The upstream could not be reached: nothing is delivered over it, and its requests are `dropped`. */
        readonly refused?: true;
      }
    /** Bytes that the kernel took, towards the upstream and towards the client; comes before `close`. */
    | { readonly type: 'bytes'; readonly up: number; readonly down: number }
    | { readonly type: 'close' }
    /** A copy of a call was delivered whole; stamped before its last byte left. */
    | {
        readonly type: 'request';
        readonly call?: string;
        readonly method: string;
        readonly path: string;
        readonly copy: number;
        /** The connection ended before the kernel confirmed the last bytes: it may not be whole. */
        readonly unconfirmed?: true;
      }
    /** The connection ended when a part of the request was delivered. */
    | { readonly type: 'partial'; readonly call?: string; readonly bytes: number }
    | {
        readonly type: 'answer';
        readonly call?: string;
        readonly status?: number;
        readonly copy?: number;
      }
    | {
        readonly type: 'held';
        readonly held: string;
        readonly direction: 'upstream' | 'downstream';
        readonly call?: string;
        readonly rule?: string;
        readonly point?: RulePoint;
        readonly callback?: true;
      }
    | {
        readonly type: 'released';
        readonly held: string;
        readonly call?: string;
        readonly late?: true;
      }
    /** Not one byte of this request was delivered, and none will be. */
    | {
        readonly type: 'dropped';
        readonly call?: string;
        readonly held?: string;
        readonly bytes: number;
      }
    /** Bytes of an answer (call known) were thrown away, or its client had gone. */
    | { readonly type: 'swallowed'; readonly call?: string; readonly bytes: number }
    | {
        readonly type: 'toxic-hit';
        readonly toxic: string;
        readonly toxicType: string;
        readonly direction: 'upstream' | 'downstream';
      }
    | {
        readonly type: 'rule-hit';
        readonly rule: string;
        readonly point: RulePoint;
        readonly action: RuleAction['do'];
        readonly call?: string;
      }
  );

/** First line of the event stream: events after `seq` follow, none is missing. */
export interface HelloEvent {
  readonly type: 'hello';
  readonly seq: number;
  readonly t: string;
}

/** What this engine can do beyond Toxiproxy. */
export const CAPABILITIES = [
  'conformance.hold',
  'conformance.trigger',
  'conformance.events',
  'conformance.duplicate',
  'conformance.cut',
  'conformance.compose',
  'toxic.seed',
  'toxic.half-close',
  'toxic.live-reset',
] as const;

/** A capability of a Toxiproxy provider. */
export type ToxiproxyCapability = (typeof CAPABILITIES)[number];
