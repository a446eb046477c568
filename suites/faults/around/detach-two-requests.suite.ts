// A detach meets two consecutive writes of its tenant, each disturbed in its own way: who waits for the first must not forget the second.

import { openFlow, scenario } from '#suite';
import { detachUnder, onMoves, PAIRS } from '../shared/around.ts';

/** What a timeline writes again and again: a layer, its index, and then the old layer goes. */
const CHOICES = [
  { name: 'layer put', choice: { op: ['put'], key: /^(?!.*index_part)/ } },
  { name: 'index put', choice: { op: ['put'], key: /index_part/ } },
  { name: 'layer delete', choice: { op: ['delete'] } },
] as const;

export default scenario({
  id: 'faults/around/detach-two-requests',
  title: 'a detach while any two writes that follow each other are disturbed',
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
    const begin = context.random.below(CHOICES.length);
    const cases = PAIRS.flatMap((faults, index) => {
      // The nightly run tries every pair at every place, the gate each pair at one place.
      const drawn = CHOICES[(begin + index) % CHOICES.length]!;
      return (context.nightly ? CHOICES : [drawn]).map(({ name, choice }) => ({
        name: `${name} ${faults[0].name}, the next ${faults[1].name}`,
        choice,
        faults,
      }));
    });
    await onMoves(context, flow, 'detach.stops-every-writer', cases, (...step) =>
      detachUnder(context, flow, ...step),
    );
  },
});
