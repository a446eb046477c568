// Reads the bodies of the extension API; what is wrong gets one sentence and status 400.

import { apiErrors } from '../api/reply.ts';
import type { CutInput, HoldInput, ProxyInput, Rule, RuleAction } from './wire.ts';

type Body = Record<string, unknown>;

const POINTS = ['request-start', 'request-complete', 'answer-first-byte', 'answer-byte'];
const ACTIONS = ['hold', 'callback', 'delay', 'reset', 'cut', 'swallow', 'drop'];
const SIDES = ['client', 'upstream', 'both'];
const DIRECTIONS = ['upstream', 'downstream', 'both'];

/** The body of `POST /conformance/proxies`, with its defaults. */
export function readProxy(body: Body): Required<ProxyInput> {
  only(body, ['name', 'listen', 'upstream', 'enabled', 'toxics', 'rules', 'observe']);
  return {
    name: required(body, 'name', text),
    listen: optional(body, 'listen', text) ?? '127.0.0.1:0',
    upstream: required(body, 'upstream', text),
    enabled: optional(body, 'enabled', flag) ?? true,
    observe: optional(body, 'observe', flag) ?? true,
    toxics: (optional(body, 'toxics', list) ?? []) as unknown as Required<ProxyInput>['toxics'],
    rules: (optional(body, 'rules', list) ?? []).map((rule) => readRule(object(rule, 'rules'))),
  };
}

/** A rule. */
export function readRule(body: Body): Rule {
  only(body, ['id', 'match', 'point', 'byte', 'action', 'times']);
  const point = required(body, 'point', oneOf(POINTS)) as Rule['point'];
  const rule = {
    ...member(body, 'id', text),
    ...member(body, 'match', readMatch),
    point,
    ...member(body, 'byte', count),
    action: required(body, 'action', readAction),
    ...member(body, 'times', (value, name) => (value === 'always' ? value : positive(value, name))),
  } as Rule;
  if (point === 'answer-byte' && rule.byte === undefined) throw wrong('byte', 'is required');
  const needsRequest = rule.action.do === 'drop' && point.startsWith('answer');
  if (needsRequest) throw wrong('action', 'drop is for requests; swallow throws an answer away');
  return rule;
}

/** The body of `POST /conformance/proxies/{p}/hold`. */
export function readHold(body: Body): HoldInput {
  only(body, ['direction', 'conn']);
  return {
    ...member(body, 'direction', oneOf(DIRECTIONS)),
    ...member(body, 'conn', text),
  } as HoldInput;
}

/** The body of `POST /conformance/proxies/{p}/cut`. */
export function readCut(body: Body): CutInput {
  only(body, ['mode', 'conn', 'keepHeld']);
  return {
    ...member(body, 'mode', oneOf(['fin', 'rst'])),
    ...member(body, 'conn', text),
    ...member(body, 'keepHeld', flag),
  } as CutInput;
}

/** The body of `POST /conformance/proxies/{p}/upstream`. */
export function readUpstream(body: Body): string {
  only(body, ['upstream']);
  return required(body, 'upstream', text);
}

function readMatch(value: unknown, name: string): object {
  const body = object(value, name);
  only(body, ['method', 'pathPattern', 'call', 'status', 'nth']);
  return {
    ...member(body, 'method', text),
    ...member(body, 'pathPattern', text),
    ...member(body, 'call', text),
    ...member(body, 'status', count),
    ...member(body, 'nth', positive),
  };
}

function readAction(value: unknown, name: string): RuleAction {
  const body = object(value, name);
  only(body, ['do', 'side', 'ms']);
  const action = {
    do: required(body, 'do', oneOf(ACTIONS)),
    ...member(body, 'side', oneOf(SIDES)),
    ...member(body, 'ms', count),
  } as RuleAction;
  if (action.do === 'delay' && action.ms === undefined) throw wrong('ms', 'is required');
  return action;
}

type Reader<T> = (value: unknown, name: string) => T;

function required<T>(body: Body, name: string, read: Reader<T>): T {
  if (body[name] === undefined) throw wrong(name, 'is required');
  return read(body[name], name);
}

function optional<T>(body: Body, name: string, read: Reader<T>): T | undefined {
  return body[name] === undefined ? undefined : read(body[name], name);
}

function member<T>(body: Body, name: string, read: Reader<T>): Record<string, T> {
  return body[name] === undefined ? {} : { [name]: read(body[name], name) };
}

function only(body: Body, names: readonly string[]): void {
  const odd = Object.keys(body).find((name) => !names.includes(name));
  if (odd !== undefined) throw wrong(odd, `is unknown; known are ${names.join(', ')}`);
}

function text(value: unknown, name: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw wrong(name, 'must be a text');
}

function flag(value: unknown, name: string): boolean {
  if (typeof value === 'boolean') return value;
  throw wrong(name, 'must be true or false');
}

function count(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  throw wrong(name, 'must be a whole number from 0');
}

function positive(value: unknown, name: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return value;
  throw wrong(name, 'must be a whole number from 1');
}

function list(value: unknown, name: string): unknown[] {
  if (Array.isArray(value)) return value;
  throw wrong(name, 'must be a list');
}

function object(value: unknown, name: string): Body {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return value as Body;
  throw wrong(name, 'must be an object');
}

function oneOf(words: readonly string[]): Reader<string> {
  return (value, name) => {
    if (typeof value === 'string' && words.includes(value)) return value;
    throw wrong(name, `must be one of ${words.join(', ')}`);
  };
}

function wrong(name: string, what: string): Error {
  return apiErrors.badBody(`"${name}" ${what}`);
}
