// Others than the one who is held: they are answered in time.

import type { FlowTenant, ScenarioContext } from '#suite';

/** Status, list, and attach and detach of another tenant on that node, each within `limits.api`. */
export async function neighboursAnswer(
  context: ScenarioContext,
  neighbour: FlowTenant,
  node: 'a' | 'b',
  during: string,
): Promise<void> {
  const api = await context.api({ node });
  const limitMs = context.limits.api;
  const { id } = neighbour;
  const timed = async (what: string, run: () => Promise<unknown>): Promise<void> => {
    const begun = performance.now();
    await run();
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
}
