import { join } from 'node:path';
import type { Fault } from '../fault.ts';
import { withTwo } from '../injectors/beside.ts';
import { isBuilt, previousVersion } from '../injectors/previous-version.ts';

/** In the order in which they are upgraded: whoever is called before its callers. */
const SERVICES = ['fx', 'wallet', 'settlement', 'routing', 'acquiring'];

/** Beyond the list: an upgrade under way. */
export const twoVersions: Fault = {
  id: 34,
  title: 'two versions of a service at once',
  injected:
    'the version before the last change of the wire or of the tables is built from history and runs beside the new one, on one database, each with half of the connections; skipped where there is no history, and in the quick form unless it was built before',
  invariant: 'both do right by the same payments',
  traffic: { clients: 6 },
  async run(stage) {
    const { world, quick, note, say } = stage;
    const folder = join(world.stack.state, '..', 'previous');
    const previous = quick && !isBuilt(folder) ? undefined : previousVersion(folder);
    if (previous === undefined) {
      say('skipped: there is no earlier version');
      note({ skipped: 1 });
      return;
    }
    const services = quick ? ['routing'] : SERVICES;
    for (const service of services) {
      say(`${service}: ${previous.commit.slice(0, 7)} beside the new one`);
      const file = previous.programFile(service);
      await withTwo(stage, service, { file, forMs: quick ? 3_000 : 15_000 });
    }
    note({ services: services.length });
  },
};
