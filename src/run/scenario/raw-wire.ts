// The wire of a raw connection: bytes out, one answer back, and a line of the history for each.

import { analyseRawAnswer } from '../../check/answer/index.ts';
import {
  openRawSocket,
  type RawBytes,
  type RawSocket,
  recordedOperation,
  recordRawCall,
} from '../../client/index.ts';
import type { FindingRequest } from '../../core/finding.ts';
import type { ApiHost } from './api.ts';
import type { RawExchange, RawSend } from './raw.ts';

/** One connection at a time; it is opened when bytes are to be sent and there is none. */
export interface RawWire {
  /** Sends the bytes and reads what comes; both are recorded, nothing is judged. */
  exchange(send: RawSend, request: FindingRequest): Promise<RawExchange>;
  /** Whether a connection was kept from the last answer. */
  isOpen(): boolean;
  /** Whether it was, and has been ended by the peer in the meantime. */
  isSpent(): boolean;
  /** Ends the connection with RST; an exchange that waits resolves. */
  reset(): void;
  /** Ends the connection. */
  drop(): void;
}

/** Waiting time for a whole answer where a call names none. */
const ANSWER_TIMEOUT_MS = 15_000;

/** How long bytes after a whole answer are waited for, where the peer does not close. */
const SILENCE_MS = 250;

/** Makes the wire to a running node. */
export function createRawWire(host: ApiHost): RawWire {
  const proc = host.workplace.nextProcess();
  let socket: RawSocket | undefined;
  let calls = 0;
  function drop(): void {
    socket?.close();
    socket = undefined;
  }
  async function sendAndRead(send: RawSend): Promise<RawBytes> {
    socket ??= await openRawSocket(host.node.url);
    const open = socket;
    const { signal } = host;
    const timeoutMs = send.timeoutMs ?? ANSWER_TIMEOUT_MS;
    const until = (bytes: Buffer): boolean => isWhole(bytes, send.method);
    const reading = open.read({ timeoutMs, signal, until });
    await open.write(send.bytes);
    let came = await reading;
    if (send.finish && came.ended === 'open' && came.bytes.length === 0) {
      open.end();
      came = await open.read({ timeoutMs, signal, until });
    }
    if (came.ended === 'open' && send.until === 'answer') return came;
    const rest =
      came.ended === 'open' ? await open.read({ timeoutMs: SILENCE_MS, signal }) : undefined;
    drop();
    return rest ? { ...rest, bytes: Buffer.concat([came.bytes, rest.bytes]) } : came;
  }
  return {
    async exchange(send, request) {
      calls += 1;
      const record = recordSend(host, send, proc, calls);
      const came = await sendAndRead(send);
      const { bytes, ended, error = ended } = came;
      const answer = analyseRawAnswer(bytes, { method: send.method, ended });
      const { status, body } = answer;
      record({ sent: true, ...(status === undefined ? { error } : { status }), body });
      return { bytes, ended, answer, request, findings: [] };
    },
    isOpen: () => socket !== undefined,
    isSpent: () => socket?.isSpent ?? false,
    reset: () => socket?.reset(),
    drop,
  };
}

function recordSend(
  { workplace, node, scenario }: ApiHost,
  send: RawSend,
  proc: number,
  count: number,
): ReturnType<typeof recordRawCall> {
  return recordRawCall(workplace.rig.history, {
    op: recordedOperation(send.operation ?? 'other'),
    method: send.method,
    node: node.id,
    boot: node.boot,
    proc,
    call: `c${proc}.${count}`,
    scenario,
    ...(send.tenant === undefined ? {} : { tenant: send.tenant.toLowerCase() }),
    ...(send.timeline === undefined ? {} : { timeline: send.timeline.toLowerCase() }),
    ...(send.ignored === true ? { ignored: true } : {}),
  });
}

function isWhole(bytes: Buffer, method: string): boolean {
  const { status, problems } = analyseRawAnswer(bytes, { method, ended: 'open' });
  return status !== undefined && problems.every(({ kind }) => kind !== 'length');
}
