// The states of one tenant on one node, and what each answer means in them (judging sections 1, 4, 6).
//
// An answer is a table: for each state the set of states after it, as bits; 0 = the answer does not fit that state.
// The same tables serve the fast search and the generic one that checks it.

/** A state: an index below STATES. */
export const STATE = {
  /** Not in memory, nothing on the disk. */
  absent: 0,
  /** Not in memory, on the disk with the ignore mark. */
  ignored: 1,
  /** Not in memory, nobody knows what is on the disk: a disturbed attach or load gave up. */
  left: 2,
  /** In memory by an attach that was not yet seen Active: a crash may lose it. */
  attaching: 3,
  /** In memory by a load that was not yet seen Active: a crash may put it back to ignored. */
  loading: 4,
  /** In memory and durable. */
  firm: 5,
} as const;

/** Number of states. */
export const STATES = 6;

/** All states as bits. */
export const ANY_STATE = (1 << STATES) - 1;

/** For each state the states after it, as bits; 0 = does not fit. */
export type Answer = Uint8Array & { readonly length: 6 };

const { absent, ignored, left, attaching, loading, firm } = STATE;

/** The set of the given states. */
export function bits(...states: readonly number[]): number {
  return states.reduce((set, state) => set | (1 << state), 0);
}

const PRESENT = [attaching, loading, firm] as const;
const GONE = [absent, ignored, left] as const;

/** A table: each listed state goes to the given states; without `to` it stays. */
function table(...rows: readonly (readonly [from: readonly number[], to?: number])[]): Answer {
  const answer = new Uint8Array(STATES);
  for (const [from, to] of rows) {
    for (const state of from) answer[state] = answer[state]! | (to ?? bits(state));
  }
  return answer as Answer;
}

/** What each answered call means, in the `documented` profile unless its name says otherwise. */
export const ANSWERS = {
  attachAccepted: table([GONE, bits(attaching)]),
  /** `hardened`: a 202 is durable. */
  attachAcceptedDurable: table([GONE, bits(firm)]),
  /** In memory now, in whatever state; of an ignored tenant's attach the document says nothing. */
  attachConflict: table([PRESENT], [[ignored, left]]),
  /** A 404 or 500 although the store knows the tenant and nothing disturbed it: only where no 202 was due. */
  attachFailed: table([[ignored, left]], [PRESENT]),
  /** A 404 of the same: a present tenant would be a 409. */
  attachUnknown: table([[ignored, left]]),
  detached: table([[...PRESENT, left], bits(absent)]),
  detachedIgnored: table([[...PRESENT, left, ignored], bits(absent)]),
  /** While another detach runs, its 200 may be shared. */
  detachedTogether: table([[...PRESENT, left], bits(absent)], [[absent]]),
  detachedIgnoredTogether: table([[...PRESENT, left, ignored], bits(absent)], [[absent]]),
  detachUnknown: table([GONE]),
  detachIgnoredUnknown: table([[absent, left]]),
  /** Of a tenant that is not in memory the document says nothing: what an ignore is to bring about is so already. */
  ignoreDone: table([[...PRESENT, left], bits(ignored)], [[absent, ignored]]),
  loadAccepted: table([[ignored, left], bits(loading)]),
  loadAcceptedDurable: table([[ignored, left], bits(firm)]),
  created: table([[absent, left], bits(firm)]),
  createConflict: table([PRESENT], [[ignored, left]]),
  shownActive: table([PRESENT, bits(firm)]),
  shownPresent: table([PRESENT]),
  shownAbsent: table([GONE]),
} as const satisfies Record<string, Answer>;

/** Calls that may have taken effect, once, at any time until they are settled. */
export const PENDING = {
  attach: table([GONE, bits(attaching)]),
  detach: table([[...PRESENT, left], bits(absent)]),
  detachIgnored: table([[...PRESENT, left, ignored], bits(absent)]),
  ignore: table([[...PRESENT, left], bits(ignored)]),
  load: table([[ignored, left], bits(loading)]),
  create: table([[absent, left], bits(attaching)]),
} as const satisfies Record<string, Answer>;

/** A kind of pending call; kinds are counted, their members are interchangeable. */
export type PendingKind = keyof typeof PENDING;

/** Pending kinds in the order of their indexes. */
export const PENDING_KINDS = Object.keys(PENDING) as readonly PendingKind[];

/** A death and what the next boot makes of it. */
export const DEATH: Answer = table(
  [[absent, ignored, firm]],
  [[left], bits(absent, ignored, left, loading)],
  [[attaching], bits(attaching, absent)],
  [[loading], bits(loading, ignored)],
);

/** The data directory was emptied. */
export const EMPTIED: Answer = table([[...GONE, ...PRESENT], bits(absent)]);

/** A disturbed attach or load may give up at any time. */
export const GIVE_UP: Answer = table([[attaching], bits(left)], [[loading], bits(left, ignored)]);

/** Data was spoiled: what the node has of the tenant may stay or be lost. */
export const SPOILED: Answer = table([[...GONE, ...PRESENT]], [[ignored, ...PRESENT], bits(left)]);
