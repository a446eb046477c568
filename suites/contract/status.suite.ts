// A node says that it is well, without a token, and tells its id.

import { bodyJson, type Exchange, scenario } from '#suite';

export default scenario({
  id: 'contract/status',
  title: 'the health check answers 200 with the id of the node, token or not',
  decides: ['status.200'],
  async run(context) {
    const api = await context.api();
    await context.cause('status.200', () => api.call('status'));
    const open = await api.call('status', { token: null });
    context.check('status.200', 'needs no token', open.response?.status === 200, {
      message: 'the health check is open in the document, yet it was refused without a token',
      actual: open.response?.status,
    });
    const [first, second] = [open, await api.call('status')].map(idOf);
    context.check('status.200', 'the id stays', first === second, {
      message: 'the node tells another id than before',
      expected: first,
      actual: second,
    });
  },
});

const idOf = (exchange: Exchange): unknown =>
  (bodyJson(exchange) as { readonly id?: unknown } | undefined)?.id;
