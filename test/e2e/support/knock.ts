import { afterAll } from 'vitest';
import { type Knocker, openKnocker, type World } from '../../support/index.ts';

/** Makes calls from bytes until the file's last test is over. */
export function knocker(world: World): Knocker {
  const knock = openKnocker(world);
  afterAll(() => knock.close());
  return knock;
}
