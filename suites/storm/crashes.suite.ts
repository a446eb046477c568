// Nodes are killed, stopped and paused while tenants move and change.

import { runStorm, scenario } from '#suite';

export default scenario({
  id: 'storm/crashes',
  title: 'storms of crashes, stops and pauses keep every property',
  decides: ['P2', 'P3', 'P4', 'P6', 'P7', 'P8', 'machine'],
  needs: ['two-nodes', 'tap'],
  usesBudget: true,
  run: (context) =>
    runStorm(context, {
      steps: ['move', 'bounce', 'ignore-load', 'ignore', 'timeline', 'config'],
      places: ['process', 'node-store'],
    }),
});
