// How each kind of proxy fault is made: of toxics where they are exact enough, of a trigger where the engine has
// them, because a trigger strikes one exchange and a toxic the connection.

import assert from 'node:assert/strict';
import type { Fault, FaultParameters, FaultStream, FaultWhen } from '../fault.ts';
import type { ProxyKind } from '../kinds/kind.ts';
import type { NamedRule, NamedToxic, Rule } from './port.ts';

/** What is put into a proxy to make a fault. */
export interface Recipe {
  readonly toxics?: readonly NamedToxic[];
  readonly rule?: NamedRule;
  /** Keeps the chosen request until the rest of the recipe is in force; the link is healthy before. */
  readonly gate?: NamedRule;
  /** The proxy stops listening; with `flapMs` in turns of so many milliseconds. */
  readonly disable?: { readonly flapMs?: number };
  /** Its connections lost bytes: they are reset when it heals (judging section 3). */
  readonly swallows?: true;
  /** What is held is sent once more at once. */
  readonly copies?: true;
  /** The connection ends so as soon as a request was delivered whole. */
  readonly endAfterRequest?: 'fin' | 'rst';
}

/** The recipe of the fault `id`. `extended`: the engine has triggers. */
export function recipeFor(id: string, fault: Fault, extended: boolean): Recipe {
  const kind = fault.kind as ProxyKind;
  const { parameters = {} } = fault;
  const shared = linkRecipe(id, kind, fault.stream, parameters);
  if (shared !== undefined) return { ...shared, ...(extended ? gateFor(id, fault.when) : {}) };
  if (!extended) return toxicRecipe(id, kind, parameters);
  return triggerRecipe(id, kind, fault.when ?? {}, parameters);
}

/** Faults of a whole link: the same for every Toxiproxy. */
function linkRecipe(
  id: string,
  kind: ProxyKind,
  stream: FaultStream | undefined,
  parameters: FaultParameters,
): Recipe | undefined {
  const { latencyMs = 60, jitterMs = 0, bytesPerSecond = 8000 } = parameters;
  switch (kind) {
    case 'refuse':
      return { disable: {} };
    case 'flapping':
      return { disable: { flapMs: parameters.periodMs ?? 40 } };
    case 'black-hole':
      return { swallows: true, toxics: toxics(id, undefined, 'timeout', { timeout: 0 }) };
    case 'partition':
      return { swallows: true, toxics: toxics(id, stream ?? 'answer', 'timeout', { timeout: 0 }) };
    case 'latency':
    case 'jitter': {
      const attributes = { latency: latencyMs, jitter: jitterMs };
      return { toxics: toxics(id, stream, 'latency', attributes) };
    }
    case 'bandwidth': {
      const rate = Math.max(1, Math.round(bytesPerSecond / 1000));
      return { toxics: toxics(id, stream, 'bandwidth', { rate }) };
    }
    case 'slice':
      return { toxics: toxics(id, stream, 'slicer', slicer(parameters)) };
    case 'limit-data': {
      const { bytes = 100 } = parameters;
      return { toxics: toxics(id, stream ?? 'answer', 'limit_data', { bytes }) };
    }
    case 'slow-close':
      return { toxics: slowClose(id, stream, parameters.delayMs ?? 100) };
    // Longer than any hold lasts: healing tells the end.
    case 'half-open':
      return { toxics: slowClose(id, stream ?? 'request', parameters.delayMs ?? 60_000) };
    case 'cut-request':
      return { toxics: toxics(id, 'request', 'limit_data', { bytes: parameters.bytes ?? 40 }) };
    default:
      return undefined;
  }
}

/** Faults of one exchange, made of toxics: they strike whatever connection carries it. */
function toxicRecipe(id: string, kind: ProxyKind, parameters: FaultParameters): Recipe {
  switch (kind) {
    case 'timeout-request':
      return { swallows: true, toxics: toxics(id, 'request', 'timeout', { timeout: 0 }) };
    case 'timeout-answer':
      return { swallows: true, toxics: toxics(id, 'answer', 'timeout', { timeout: 0 }) };
    case 'reset-before-request':
      return { toxics: toxics(id, 'request', 'reset_peer', { timeout: 0 }) };
    case 'reset-after-request':
      return { toxics: toxics(id, 'answer', 'reset_peer', { timeout: 0 }) };
    case 'cut-answer':
      return { toxics: toxics(id, 'answer', 'limit_data', { bytes: parameters.bytes ?? 0 }) };
    default:
      assert.fail(`no toxic makes ${kind}`);
  }
}

/** Faults of one exchange, made of a trigger. */
function triggerRecipe(
  id: string,
  kind: ProxyKind,
  when: FaultWhen,
  parameters: FaultParameters,
): Recipe {
  const bytes = parameters.bytes ?? 0;
  const make = (rule: Omit<Rule, 'match' | 'times'>): NamedRule => trigger(id, when, rule);
  const answerByte =
    bytes === 0
      ? ({ point: 'answer-first-byte' } as const)
      : ({ point: 'answer-byte', byte: bytes } as const);
  switch (kind) {
    case 'timeout-request':
      return { swallows: true, rule: make({ point: 'request-start', action: { do: 'drop' } }) };
    case 'timeout-answer':
      return {
        swallows: true,
        rule: make({ point: 'answer-first-byte', action: { do: 'swallow' } }),
      };
    case 'reset-before-request':
      return { rule: make({ point: 'request-start', action: { do: 'reset', side: 'both' } }) };
    case 'reset-after-request':
      return {
        rule: make({ point: 'answer-first-byte', action: { do: 'reset', side: 'client' } }),
      };
    case 'reset-mid-answer':
      return { rule: make({ ...answerByte, action: { do: 'reset', side: 'client' } }) };
    case 'caller-gone':
      return {
        endAfterRequest: parameters.end ?? 'fin',
        rule: make({ point: 'request-complete', action: { do: 'delay', ms: 0 } }),
      };
    case 'cut-answer':
      return { rule: make({ ...answerByte, action: { do: 'cut', side: 'client' } }) };
    case 'hold':
      return { rule: make({ point: 'request-complete', action: { do: 'hold' } }) };
    case 'duplicate':
      return { copies: true, rule: make({ point: 'request-complete', action: { do: 'hold' } }) };
    case 'hold-answer':
      return { rule: make({ point: 'answer-first-byte', action: { do: 'hold' } }) };
    default:
      assert.fail(`no trigger makes ${kind}`);
  }
}

/** Faults of a link that begin with a chosen request. */
function gateFor(id: string, when: FaultWhen = {}): Pick<Recipe, 'gate'> {
  if (!choosesRequest(when)) return {};
  const { times: _once, ...rest } = when;
  return { gate: trigger(id, rest, { point: 'request-start', action: { do: 'hold' } }) };
}

/** Whether it chooses among the requests of a link, which only a trigger can. */
export function choosesRequest({ operation, call, nth }: FaultWhen): boolean {
  return operation !== undefined || call !== undefined || nth !== undefined;
}

function trigger(id: string, when: FaultWhen, rule: Omit<Rule, 'match' | 'times'>): NamedRule {
  const { operation, call, nth, times = 1 } = when;
  const pattern = operation?.path === undefined ? undefined : pathPattern(operation.path);
  const match = {
    ...(operation?.method === undefined ? {} : { method: operation.method }),
    ...(pattern === undefined ? {} : { pathPattern: pattern }),
    ...(call === undefined ? {} : { call }),
    ...(nth === undefined ? {} : { nth }),
  };
  return { id, ...rule, match, times: Number.isFinite(times) ? times : 'always' };
}

/** An exact path matches with any query. */
function pathPattern(path: RegExp | string): string {
  return typeof path === 'string' ? `^${escapePattern(path)}(?:\\?|$)` : path.source;
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

const STREAMS = { request: 'upstream', answer: 'downstream' } as const;

function toxics(
  id: string,
  stream: FaultStream | undefined,
  type: string,
  attributes: Readonly<Record<string, number>>,
): readonly NamedToxic[] {
  const streams: readonly FaultStream[] = stream === undefined ? ['request', 'answer'] : [stream];
  return streams.map((each) => ({
    name: `${id}-${each}`,
    type,
    stream: STREAMS[each],
    toxicity: 1,
    attributes,
  }));
}

function slowClose(
  id: string,
  stream: FaultStream | undefined,
  delay: number,
): readonly NamedToxic[] {
  return toxics(id, stream, 'slow_close', { delay });
}

function slicer(parameters: FaultParameters): Readonly<Record<string, number>> {
  const { sliceBytes = 16, slicePauseUs = 1000 } = parameters;
  return { average_size: sliceBytes, size_variation: 0, delay: slicePauseUs };
}
