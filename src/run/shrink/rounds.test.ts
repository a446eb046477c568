// Those who ask share their rounds, and nobody waits for one who has left.

import { expect, test } from 'vitest';
import { createRounds } from './rounds.ts';

test('a round begins when all have asked, and everybody gets the own answer', async () => {
  const seen: string[][] = [];
  const rounds = createRounds<string>(2, async (questions) => {
    seen.push([...questions]);
    return questions.map((question) => question.startsWith('y'));
  });
  const asker = async (questions: readonly string[]): Promise<boolean[]> => {
    const answers: boolean[] = [];
    for (const question of questions) answers.push(await rounds.ask(question));
    rounds.leave();
    return answers;
  };
  expect(await Promise.all([asker(['yes', 'no', 'yet']), asker(['none'])])).toEqual([
    [true, false, true],
    [false],
  ]);
  expect(seen).toEqual([['yes', 'none'], ['no'], ['yet']]);
});

test('a round that fails fails for all who asked', async () => {
  const rounds = createRounds<number>(2, async () => {
    throw new Error('no rig');
  });
  const asked = await Promise.allSettled([rounds.ask(1), rounds.ask(2)]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});
