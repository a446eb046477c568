// Connections that end before anything of an answer came. A server may close a connection that it has answered on whenever it
// likes (RFC 9112 section 9.3), also just as the next request is sent: whether a request gets an answer is decided on a fresh
// connection (judging section 8). The first copy may have been executed all the same, so not every second answer tells.

import { type Exchange, isRead, type RawBytes, recordedOperation } from '../../client/index.ts';
import { UndecidedError } from '../../core/exit.ts';

/** How connections to the target of one worker fare. */
export interface ConnectionHabits {
  /** True once one was closed between two requests without a word: from then on each request gets a connection of its own. */
  closesUnannounced: boolean;
}

/** Ends of a connection that the peer, or the system in its place, brought about. */
const CLOSED: ReadonlySet<string> = new Set([
  'UND_ERR_SOCKET',
  'ECONNRESET',
  'EPIPE',
  'ECONNABORTED',
]);

/** Operations whose second copy may be answered otherwise than the first, because that was executed. */
const SECOND_DIFFERS: ReadonlySet<string> = new Set([
  'attach',
  'detach',
  'ignore',
  'load',
  'tenant_create',
  'timeline_create',
  'timeline_delete',
]);

/** Refusals of the request itself: whatever the first copy did, they say the same. */
const OF_THE_REQUEST: ReadonlySet<number> = new Set([400, 401, 403]);

/** Whether the other side ended the connection, or refused it, before a byte of an answer came. */
export function wasDropped({ failure }: Exchange): boolean {
  if (!failure || failure.status !== undefined) return false;
  if (failure.phase === 'connect')
    return failure.error === 'ECONNREFUSED' || CLOSED.has(failure.error);
  return CLOSED.has(failure.error) && (failure.phase === 'send' || failure.phase === 'wait');
}

/** The same of a raw connection. */
export function wasRawDropped({ bytes, ended }: RawBytes): boolean {
  return bytes.length === 0 && ended !== 'open';
}

/** Whether the operation may be answered otherwise once it was executed. */
export const mayDifferAgain = (operation: string): boolean => SECOND_DIFFERS.has(operation);

/** What is asked of a second answer. */
export interface SecondAnswer {
  readonly operation: string;
  readonly method: string;
  readonly status: number;
  /** Whether it is what was expected; undefined where the call expects nothing by itself. */
  readonly fits: boolean | undefined;
  /** Whether the request names what it creates. */
  readonly namesItsOwn: boolean;
}

/** Whether the answer to a repetition says what the answer to the first copy would have said. */
export function isTelling({ operation, method, status, fits, namesItsOwn }: SecondAnswer): boolean {
  const isSafe = isRead(recordedOperation(operation), method);
  if (isSafe || !SECOND_DIFFERS.has(operation)) return true;
  // Two were made now, maybe, and nobody knows the id of one.
  if (status < 300 && operation.endsWith('_create') && !namesItsOwn) return false;
  return fits ?? (status < 300 || OF_THE_REQUEST.has(status));
}

/** The answer to a repetition does not tell what the first copy's would have been. */
export class UntoldError extends UndecidedError {
  constructor(operation: string, status: number) {
    super(
      `the connection ended before ${operation} was answered; sent again it was answered ${status}, which the first copy may ` +
        'have brought about',
    );
  }
}

/** Lets what has come in the meantime be read: a close that is here already is then no surprise to the next request. */
export const oneTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
