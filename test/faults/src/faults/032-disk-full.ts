import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { feedIsWhole, holds, until } from '../../../support/index.ts';
import type { Fault, Stage } from '../fault.ts';
import type { SmallDisk } from '../injectors/small-disk.ts';
import { newcomers, payInSpite } from './newcomers.ts';

/** So much is left: enough for what Postgres rewrites, and soon used up. */
const LEFT_BYTES = 1 << 20;
const FULL_MS = 3_000;

/** Beyond the list: the disk of Postgres is full. */
export const postgresDiskFull: Fault = {
  id: 32,
  title: 'the disk of Postgres is full',
  injected:
    'its data lie on a small file system of their own, which is made as small as what is in it; skipped where nothing may be mounted',
  invariant:
    'nothing that was acknowledged is lost, no fact is parked, work goes on once there is room',
  traffic: { clients: 8 },
  async run(stage) {
    const { world, disks, quick, note } = stage;
    if (!isThere(stage, disks.postgres, 'postgres/data')) return;
    for (let time = 0; time < (quick ? 1 : 5); time += 1) {
      await full(disks.postgres, quick ? FULL_MS : 2 * FULL_MS);
      await isUpAgain(stage, 'postgres');
    }
    const some = await newcomers(world);
    await payInSpite(some, 3);
    note({ full_times: quick ? 1 : 5 });
  },
};

/** Beyond the list: the disk of NATS is full. */
export const natsDiskFull: Fault = {
  id: 33,
  title: 'the disk of NATS is full',
  injected:
    'what it stores lies on a small file system of its own, which is made as small as what is in it; skipped where nothing may be mounted',
  invariant: 'payments go on, and what they have to tell waits in Postgres',
  breaks: ['nats'],
  async run(stage) {
    const { world, disks, quick } = stage;
    const { processes } = world.stack;
    if (!isThere(stage, disks.nats, 'nats/store')) return;
    const some = await newcomers(world);
    disks.nats.fill();
    try {
      await payInSpite(some, quick ? 10 : 100);
      await sleep(quick ? FULL_MS : 10 * FULL_MS);
    } finally {
      disks.nats.free();
    }
    // With room again it still answers nobody, and has to be started again by whoever looks after it.
    await processes.kill('nats');
    await processes.restart('nats');
    stage.afterwards(() => feedIsWhole(world, some.shop, some.ids));
  },
};

/** Whether there is such a disk, and the server's data lie on it. */
function isThere(
  { note, say, world }: Stage,
  disk: SmallDisk | undefined,
  data: string,
): disk is SmallDisk {
  if (disk !== undefined && existsSync(join(world.stack.state, data))) return true;
  say(`skipped: nothing may be mounted here, so ${data} has no disk that can be full`);
  note({ skipped: 1 });
  return false;
}

async function full(disk: SmallDisk, forMs: number): Promise<void> {
  disk.fill(LEFT_BYTES);
  try {
    await sleep(forMs);
  } finally {
    disk.free();
  }
}

/** Starts a server again that gave up while it had no room, as whoever runs it would. */
async function isUpAgain({ world }: Stage, name: string): Promise<void> {
  const { processes } = world.stack;
  // One that is giving up may take a moment for it.
  await sleep(500);
  const isUp = async () => {
    if ((await processes.pid(name)) !== undefined) return true;
    return processes.restart(name).then(
      () => true,
      () => false,
    );
  };
  holds(await until(isUp, Boolean, { patienceMs: 30_000 }), `${name} did not come back`);
}
