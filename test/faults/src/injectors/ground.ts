import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { forgetStack } from '@causeway/deploy-local';
import { Links } from './links.ts';
import type { Chance } from './proxy.ts';
import { SmallDisk } from './small-disk.ts';

/** Enough for what half an hour writes; taken as it is used. */
const ROOM_MIB = 3_072;

/** What a stack stands on where it may be hurt: links in between, and disks that can be full. */
export interface Ground {
  links: Links;
  disks: Disks;
  /** Once the stack has stopped: ends links and disks, whose data are kept if so wished. Once. */
  clear(how: { keep: boolean }): Promise<void>;
}

/** The small disks of a stack; none where this user may mount nothing. */
export interface Disks {
  postgres: SmallDisk | undefined;
  nats: SmallDisk | undefined;
}

/** Makes the ground of a stack that has not started yet, and forgets what an earlier one left there. */
export async function prepareGround(stackFolder: string, chance: Chance): Promise<Ground> {
  const folders = ['postgres', 'nats'].map((name) => join(stackFolder, name));
  for (const folder of folders.filter(existsSync)) SmallDisk.unmount(folder);
  if (existsSync(stackFolder)) await forgetStack(stackFolder);
  const [postgres, nats] = folders.map((folder) => SmallDisk.over(folder, ROOM_MIB));
  const links = new Links(chance);
  let left = [postgres, nats];
  return {
    links,
    disks: { postgres, nats },
    async clear(how) {
      await links.close();
      for (const disk of left) disk?.remove(how);
      left = [];
    },
  };
}
