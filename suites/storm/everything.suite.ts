// All operations under all faults.

import { runStorm, scenario } from '#suite';

export default scenario({
  id: 'storm/everything',
  title: 'storms of everything at once keep every property',
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine'],
  needs: ['two-nodes', 'tap'],
  usesBudget: true,
  run: (context) =>
    runStorm(context, {
      steps: [
        'move',
        'bounce',
        'ignore-load',
        'ignore',
        'timeline',
        'timeline-delete',
        'config',
        'look',
      ],
      places: ['client-node', 'node-store', 'store-link', 'process'],
    }),
});
