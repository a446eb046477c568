// Cases of a table, a few at a time: all of them are run whatever one of them finds.

/** Cases at once: enough to overlap waiting, few enough for two cores. */
const AT_ONCE = 8;

/** Runs every case, `atOnce` at a time; throws what the first failing case threw, after all have ended. */
export async function forEachCase<T>(
  cases: readonly T[],
  run: (one: T, index: number) => Promise<void>,
  atOnce = AT_ONCE,
): Promise<void> {
  const failures: unknown[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < cases.length; index = next++) {
      await run(cases[index]!, index).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, cases.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
