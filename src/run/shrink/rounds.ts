// Rounds: several who ask one question after the other share their runs, since a run of many scenarios costs little more than of one.

/** Answers the questions of one round, in their order. */
export type Answer<Q> = (questions: readonly Q[]) => Promise<readonly boolean[]>;

/** Where questions are asked. */
export interface Rounds<Q> {
  /** Answered with the next round, which begins when everybody who has not left has asked. Rejects with the round. */
  ask(question: Q): Promise<boolean>;
  /** One less is waited for. */
  leave(): void;
}

interface Asked<Q> {
  readonly question: Q;
  readonly resolve: (answer: boolean) => void;
  readonly reject: (reason: unknown) => void;
}

/** Rounds for so many askers. */
export function createRounds<Q>(askers: number, answer: Answer<Q>): Rounds<Q> {
  let waiting: Asked<Q>[] = [];
  let present = askers;

  function beginWhenAll(): void {
    if (waiting.length === 0 || waiting.length < present) return;
    const round = waiting;
    waiting = [];
    answer(round.map(({ question }) => question)).then(
      (answers) => {
        for (const [index, { resolve }] of round.entries()) resolve(answers[index] ?? false);
      },
      (reason) => {
        for (const { reject } of round) reject(reason);
      },
    );
  }
  return {
    ask: (question) =>
      new Promise((resolve, reject) => {
        waiting.push({ question, resolve, reject });
        beginWhenAll();
      }),
    leave() {
      present -= 1;
      beginWhenAll();
    },
  };
}
