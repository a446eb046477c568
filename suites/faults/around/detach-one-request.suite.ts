// A detach meets a write of its tenant that is held, slowed, failed or done without an answer: nothing comes after its 200.

import { openFlow, scenario } from '#suite';
import { detachUnder, onMoves, REQUEST_FAULTS } from '../shared/around.ts';

/** What a timeline writes again and again: a layer, its index, and then the old layer goes. */
const CHOICES = [
  { name: 'layer put', choice: { op: ['put'], key: /^(?!.*index_part)/ } },
  { name: 'index put', choice: { op: ['put'], key: /index_part/ } },
  { name: 'layer delete', choice: { op: ['delete'] } },
] as const;

export default scenario({
  id: 'faults/around/detach-one-request',
  title: 'a detach while any one write of the tenant is disturbed',
  decides: [
    'P2',
    'P3',
    'P4',
    'P6',
    'P7',
    'P8',
    'machine',
    'detach.stops-every-writer',
    'detach.reattach',
  ],
  needs: ['two-nodes', 'tap'],
  async run(context) {
    const flow = await openFlow(context);
    const cases = CHOICES.flatMap(({ name, choice }) =>
      REQUEST_FAULTS.map((fault) => ({ name: `${name} ${fault.name}`, choice, faults: [fault] })),
    );
    await onMoves(context, flow, 'detach.stops-every-writer', cases, (...step) =>
      detachUnder(context, flow, ...step),
    );
  },
});
