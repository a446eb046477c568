// Others than the one who is held: they are answered in time.

import { type FlowTenant, type Hold, type ScenarioContext, waitedFor } from '#suite';

/** Where others are asked, and what is held meanwhile. */
export interface Neighbourhood {
  readonly neighbour: FlowTenant;
  readonly node: 'a' | 'b';
  readonly during: string;
  readonly hold: Hold;
}

/**
 * Status, list, and attach and detach of another tenant on that node, each within `limits.api`. The step that ended only with the
 * hold; undefined: none.
 */
export async function neighboursAnswer(
  context: ScenarioContext,
  { neighbour, node, during, hold }: Neighbourhood,
): Promise<string | undefined> {
  const api = await context.api({ node });
  const limitMs = context.limits.api;
  const { id } = neighbour;
  let held: string | undefined;
  const timed = async (what: string, run: () => Promise<unknown>): Promise<void> => {
    const begun = performance.now();
    if (await waitedFor(context, hold, run)) held ??= what;
    const tookMs = performance.now() - begun;
    context.check('liveness.isolation', `${what} during ${during}`, tookMs <= limitMs, {
      level: tookMs >= 3 * limitMs ? 'fail' : 'warn',
      message: `${what} on ${node} took ${Math.round(tookMs)} ms while only ${during} was held`,
      expected: `within ${limitMs} ms`,
      tenant: id,
      node,
    });
  };
  const timeoutMs = 3 * limitMs;
  await timed('status', () => api.call('status', { timeoutMs }));
  await timed('list', () => api.call('tenant_list', { timeoutMs }));
  await timed('tenant status', () => api.call('tenant_status', { tenant: id, timeoutMs }));
  if (node === 'b') await neighbour.move('a', 'b');
  await timed('detach', () => neighbour.detach(node));
  await timed('attach', () => neighbour.attach(node));
  if (node === 'b') await neighbour.move('b', 'a');
  await api.close();
  return held;
}

/** Tries it, and where somebody waited once more: twice is no chance. */
export async function nobodyWaits(
  context: ScenarioContext,
  during: string,
  round: (number: number) => Promise<string | undefined>,
): Promise<void> {
  const first = await round(1);
  const second = first === undefined ? undefined : await round(2);
  context.check('liveness.isolation', `nobody waits for ${during}`, second === undefined, {
    message: `${second} of another tenant waited, twice, until ${during} was no longer held`,
    expected: `an answer within ${context.limits.api} ms`,
    actual: `none while ${during} was held, and one as soon as it was not`,
  });
}
