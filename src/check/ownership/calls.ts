// The calls of a history and what became of their bytes: answered, dropped, delivered twice, or still on the way.

import type {
  CompletionLine,
  HistoryLine,
  InvokeLine,
  Operation,
  ProxyLine,
} from '../../history/events.ts';

/** One call, from its invocation until nothing more can be told about it. */
export interface Call {
  readonly id: string;
  readonly op: Operation;
  readonly node: string;
  readonly boot: number;
  readonly proc: number;
  readonly tenant: string | undefined;
  readonly timeline: string | undefined;
  readonly variant: string | undefined;
  /** Detach with `detach_ignored=true`. */
  readonly ignored: boolean;
  /** It may make the node hold the tenant: attach, create, load. */
  readonly opens: boolean;
  /** Its good answer ends that: detach, ignore. */
  readonly closes: boolean;
  readonly invokedAt: number;
  readonly i: number;
  readonly scenario: string | undefined;
  /** The client's outcome; undefined while the call is open. */
  outcome: CompletionLine['type'] | undefined;
  status: number | undefined;
  /** Deliveries of its bytes that the proxy saw. */
  copies: number;
  /** Answers that the proxy saw. */
  answers: number;
  /** Nothing of it is in flight: every copy was answered, or it was proved never to be delivered. */
  settled: boolean;
  /** Proved never delivered. */
  dropped: boolean;
  /** The proxy delivered a part of it. */
  partial: boolean;
  /** Some bytes of it reached the process of `boot`, or it went there without a proxy. */
  forwarded: boolean;
  /** A fault named this call, or the proxy held, cut or swallowed something of it. */
  touched: boolean;
  /** Something of it was lost on the way, or may have been: its client need not get an answer. */
  lost: boolean;
}

/** Calls by id; fed with every line before anything else looks at it. */
export interface CallRegistry {
  see(line: HistoryLine): Call | undefined;
  get(id: string): Call | undefined;
  /** Calls whose client still waits. */
  open(): Iterable<Call>;
}

/** Calls kept after their end, for late duplicates and late answers: enough for any real run, and a bound. */
const KEPT_MAX = 50_000;

/** Faults after which a call goes on whole: they only take time. */
const DELAYS = /^(hold|hold-answer|latency|jitter|bandwidth|slice|slow-close)$/;

const OPENERS: ReadonlySet<Operation> = new Set<Operation>(['attach', 'tenant_create', 'load']);

/** True for the operations that may make a node hold a tenant. */
export function isOpener(op: Operation): boolean {
  return OPENERS.has(op);
}

/** Creates an empty registry. */
export function createCalls(): CallRegistry {
  const open = new Map<string, Call>();
  const ended = new Map<string, Call>();
  /** Ids of ended calls, as a ring: the oldest gives way. */
  const kept: string[] = [];
  let keptCount = 0;
  const proxiedProcs = new Set<number>();

  function keep(call: Call): void {
    open.delete(call.id);
    // A call that is answered and harmless is forgotten: only what opens or closes can come back as a duplicate.
    if (!call.opens && !call.closes && call.settled) return;
    ended.set(call.id, call);
    const place = keptCount % KEPT_MAX;
    const oldest = kept[place];
    if (oldest !== undefined) ended.delete(oldest);
    kept[place] = call.id;
    keptCount += 1;
  }
  function complete(line: CompletionLine): Call | undefined {
    const call = open.get(line.call);
    if (!call) return undefined;
    call.outcome = line.type;
    call.status = line.status;
    if (call.copies <= 1 && (line.type !== 'info' || line.status !== undefined)) {
      call.settled = true;
    }
    keep(call);
    return call;
  }
  function follow(line: ProxyLine): Call | undefined {
    const call =
      line.call === undefined ? undefined : (open.get(line.call) ?? ended.get(line.call));
    if (!call) return undefined;
    proxiedProcs.add(call.proc);
    followBytes(call, line);
    const mayReturn = call.opens || call.closes;
    if (call.outcome !== undefined && call.settled && !mayReturn) ended.delete(call.id);
    return call;
  }
  return {
    get: (id) => open.get(id) ?? ended.get(id),
    open: () => open.values(),
    see(line) {
      if (line.stream === 'client') {
        if (line.type !== 'invoke') return complete(line);
        const call = newCall(line, !proxiedProcs.has(line.proc));
        open.set(call.id, call);
        return call;
      }
      if (line.stream === 'proxy') return follow(line);
      if (line.stream === 'fault' && line.call !== undefined) {
        const call = open.get(line.call);
        if (call && line.type === 'hit') {
          call.touched = true;
          if (!DELAYS.test(line.kind)) call.lost = true;
        }
        return call;
      }
      return undefined;
    },
  };
}

function followBytes(call: Call, line: ProxyLine): void {
  // A proxy stands before this client, and nothing of the call was seen behind it yet.
  if (call.copies === 0 && !call.partial) call.forwarded = false;
  switch (line.type) {
    case 'request':
      call.copies += 1;
      call.forwarded = true;
      if (call.copies > 1) call.settled = false;
      break;
    case 'answer':
      call.answers += 1;
      if (call.answers >= call.copies) call.settled = true;
      break;
    case 'dropped':
      // A part of a copy that reached a process may count for the whole.
      if (call.copies === 0 && !call.partial) {
        call.dropped = true;
        call.settled = true;
      }
      call.touched = true;
      call.lost = true;
      break;
    case 'partial':
      call.partial = true;
      call.forwarded = true;
      call.touched = true;
      call.lost = true;
      break;
    case 'swallowed':
      call.touched = true;
      call.lost = true;
      break;
    case 'held':
      call.touched = true;
      break;
    default:
  }
}

function newCall(line: InvokeLine, isDirect: boolean): Call {
  return {
    id: line.call,
    op: line.op,
    node: line.node,
    boot: line.boot,
    proc: line.proc,
    tenant: line.tenant,
    timeline: line.timeline,
    variant: line.variant,
    ignored: line.ignored === true,
    opens: OPENERS.has(line.op),
    closes: line.op === 'detach' || line.op === 'ignore',
    invokedAt: line.t,
    i: line.i,
    scenario: line.scenario,
    outcome: undefined,
    status: undefined,
    copies: 0,
    answers: 0,
    settled: false,
    dropped: false,
    partial: false,
    forwarded: isDirect,
    touched: false,
    lost: false,
  };
}
