// The data folder can't be written for a while: whatever a call does meanwhile, the same call succeeds once the cause is
// gone (judging section 9: only that is judged).

import { openFlow, scenario } from '#suite';
import { repeatAfter } from './shared/disk-trouble.ts';

export default scenario({
  id: 'crash/spoiled-disk',
  title: 'after a data folder that could not be written every call succeeds when it is repeated',
  decides: ['durability.spoiled-disk', 'P2', 'P6'],
  needs: ['restart', 'tap', 'data-dir'],
  async run(context) {
    const flow = await openFlow(context);
    const node = context.rig.node('a');
    await repeatAfter(context, flow, {
      what: 'the data folder of its node can not be written',
      begin: () => node.spoilDisk(),
      end: () => node.mendDisk(),
    });
  },
});
