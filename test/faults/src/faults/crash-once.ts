import { until } from '../../../support/index.ts';
import type { Stage } from '../fault.ts';

const PATIENCE_MS = 60_000;

/**
 * Starts a service that dies by itself the first time that it passes a failpoint, and waits until it
 * has. It stays down. Throws where it never gets there.
 */
export async function crashOnce(
  { world, tally }: Stage,
  { service, failpoint, env = {} }: Crash,
  drive: () => unknown = () => {},
): Promise<void> {
  const { processes } = world.stack;
  const also = env.CAUSEWAY_FAILPOINTS ?? '';
  const armed = { ...env, CAUSEWAY_FAILPOINTS: `${also};${failpoint}=crash@1` };
  await processes.restart(service, armed).catch(unlessKilled);
  await drive();
  const pid = await until(() => processes.pid(service), isDown, { patienceMs: PATIENCE_MS });
  if (pid !== undefined) throw new Error(`${service} never passed ${failpoint}`);
  tally.kills += 1;
}

/** Who dies where. */
export interface Crash {
  service: string;
  failpoint: string;
  /** What else its environment holds until then. */
  env?: Record<string, string>;
}

const isDown = (pid: number | undefined) => pid === undefined;

/** Some failpoints are passed before the service has said that it is ready. */
function unlessKilled(error: unknown): void {
  if (!(error instanceof Error) || !error.message.includes('killed by SIGKILL')) throw error;
}
