import { METHODS, openKnocker, same } from '../../../support/index.ts';
import type { Fault } from '../fault.ts';

export const partnerInside: Fault = {
  id: 29,
  title: "an internal RPC is called with a partner's certificate",
  injected:
    'a partner knocks at every method of every endpoint that its proto does not open to partners',
  invariant: 'each is refused with PERMISSION_DENIED before anything is looked at',
  breaks: [],
  needs: ['settlement'],
  async run({ world, note }) {
    const knock = openKnocker(world);
    const barred = METHODS.filter(({ callers }) => !callers.includes('partner'));
    try {
      for (const { path, at } of barred) {
        const { code, reason } = await knock({ as: 'sakura', at, path });
        same([code, reason], ['PERMISSION_DENIED', 'CALLER_NOT_ALLOWED'], `${path} at ${at}`);
      }
    } finally {
      knock.close();
    }
    note({ methods: barred.length });
  },
};
