// Everything that writes to the store, while single store requests and whole ways to the store are struck.

import { runStorm, scenario } from '#suite';

export default scenario({
  id: 'storm/store-faults',
  title: 'storms of store faults keep every property',
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine'],
  needs: ['two-nodes', 'tap'],
  usesBudget: true,
  run: (context) =>
    runStorm(context, {
      steps: ['move', 'bounce', 'ignore-load', 'timeline', 'timeline-delete', 'config'],
      places: ['node-store', 'store-link'],
    }),
});
