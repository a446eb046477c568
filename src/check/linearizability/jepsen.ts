// Register histories as Jepsen logged them: a line is `INFO jepsen.util - <process> :<type> :<op> <value>`, in order of
// time. The yardstick for linearizability checkers (ahorn/linearizability-checker 2015, anishathalye/porcupine).

import type { Model, Timed } from './model.ts';

/** One operation of the register with the answer it got. */
export interface RegisterOperation {
  readonly kind: 'read' | 'write' | 'cas';
  /** read: what was read (undefined = absent); write: the value; cas: the new value. */
  readonly value: number | undefined;
  /** cas: the value it asks for. */
  readonly old?: number;
  /** cas: whether the register held it; undefined = nobody knows. */
  readonly held?: boolean;
}

/** The value of a register that was never written. */
const ABSENT = -1;

/** A register with compare-and-set; the state is its value. */
export const registerModel: Model<number, RegisterOperation> = {
  init: () => ABSENT,
  isRead: ({ kind, held }) => kind === 'read' || held === false,
  step(state, { kind, value = ABSENT, old, held }) {
    if (kind === 'write') return value;
    if (kind === 'read') return state === value ? state : undefined;
    const holds = state === old;
    if (held !== undefined && held !== holds) return undefined;
    return holds ? value : state;
  },
};

const LINE = /^INFO\s+jepsen\.util\s+-\s+(\d+)\s+:(\w+)\s+:(\w+)\s+(.*)$/;

/** The operations of a log. Reads without an answer are left out; throws SyntaxError for a foreign line. */
export function parseJepsenLog(text: string): Timed<RegisterOperation>[] {
  const history: Timed<RegisterOperation>[] = [];
  const open = new Map<
    string,
    { readonly op: string; readonly value: string; readonly start: number }
  >();
  text.split('\n').forEach((line, time) => {
    if (line.trim() === '') return;
    const [, client, type, op, value] = LINE.exec(line.trim()) ?? [];
    if (!client || !type || !op || value === undefined) throw new SyntaxError(`line ${time + 1}`);
    if (type === 'invoke') {
      open.set(client, { op, value, start: time });
      return;
    }
    const call = open.get(client);
    if (!call) throw new SyntaxError(`line ${time + 1} ends what never began`);
    open.delete(client);
    const operation = operationOf(call, type, value);
    if (operation) {
      history.push({ operation, start: call.start, end: type === 'info' ? Infinity : time });
    }
  });
  for (const call of open.values()) {
    const operation = operationOf(call, 'info', '');
    if (operation) history.push({ operation, start: call.start, end: Infinity });
  }
  return history;
}

function operationOf(
  call: { readonly op: string; readonly value: string },
  type: string,
  answer: string,
): RegisterOperation | undefined {
  if (call.op === 'read') {
    if (type !== 'ok') return undefined;
    return { kind: 'read', value: answer === 'nil' ? undefined : Number(answer) };
  }
  if (call.op === 'write') return { kind: 'write', value: Number(call.value) };
  const [old, value] = call.value.replace(/[[\]]/g, '').split(/\s+/).map(Number);
  const operation = { kind: 'cas', value, old: old! } as const;
  return type === 'info' ? operation : { ...operation, held: type === 'ok' };
}
