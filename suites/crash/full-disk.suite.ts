// The disk is full for a while: files can be read and renamed, but nothing new finds room. Whatever a call does meanwhile,
// the same call succeeds once there is room again.

import { openFlow, scenario } from '#suite';
import { repeatAfter } from './shared/disk-trouble.ts';
import { startAgain } from './shared/restart.ts';

export default scenario({
  id: 'crash/full-disk',
  title: 'after a disk that was full every call succeeds when it is repeated',
  decides: ['durability.spoiled-disk', 'P2', 'P6'],
  needs: ['restart', 'tap', 'data-dir', 'small-disk'],
  async run(context) {
    const flow = await openFlow(context);
    const node = context.rig.node('a');
    await node.terminate();
    const disk = node.smallDisk();
    await startAgain(context, flow);
    try {
      await repeatAfter(context, flow, {
        what: 'the disk of its node is full',
        begin: () => disk.fill(),
        end: () => disk.free(),
      });
    } finally {
      if (node.state !== 'down') await node.terminate();
      disk.close();
    }
    await startAgain(context, flow);
  },
});
