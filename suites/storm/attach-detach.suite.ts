// Tenants move between two nodes and come back to the one they left, while the links of their clients are struck.

import { runStorm, scenario } from '#suite';

export default scenario({
  id: 'storm/attach-detach',
  title: 'storms of moves with faults between clients and nodes keep every property',
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine'],
  needs: ['two-nodes', 'tap'],
  usesBudget: true,
  run: (context) =>
    runStorm(context, {
      steps: ['move', 'bounce', 'look'],
      places: ['client-node'],
    }),
});
