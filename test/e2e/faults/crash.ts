import { until, type World } from '../../support/index.ts';

/** How a service is made to crash once. */
export interface Crash {
  service: string;
  failpoint: string;
  /** Other failpoints that lead there, as CAUSEWAY_FAILPOINTS has them. */
  also?: string;
  /** What else its environment holds until it crashes. */
  env?: Record<string, string>;
}

/** A busy machine may take long to lead there. */
const HIT_WITHIN_MS = 60_000;

/**
 * Starts a service armed to crash the first time that it passes a failpoint, calls `drive`, which
 * begins what leads there, and waits for the crash. The service stays down. Throws where the
 * failpoint is never passed: a test of it would then prove nothing.
 */
async function crashAt(
  world: World,
  { service, failpoint, also = '', env = {} }: Crash,
  drive: () => void,
): Promise<void> {
  const { processes } = world.stack;
  const armed = { ...env, CAUSEWAY_FAILPOINTS: `${also};${failpoint}=crash@1` };
  await processes.restart(service, armed).catch(unlessKilled);
  drive();
  const isDown = (pid: number | undefined) => pid === undefined;
  const pid = await until(() => processes.pid(service), isDown, { patienceMs: HIT_WITHIN_MS });
  if (pid !== undefined) throw new Error(`${service} never passed ${failpoint}`);
}

/** A failpoint, what begins to lead there, and what else is set until the crash. */
export type Boundary = readonly [failpoint: string, drive: () => void, more?: Partial<Crash>];

/** Crashes one service at one boundary after the other, and brings it back in the end. */
export async function crashes(
  world: World,
  service: string,
  boundaries: readonly Boundary[],
): Promise<void> {
  try {
    for (const [failpoint, drive, more] of boundaries) {
      await crashAt(world, { service, failpoint, ...more }, drive);
    }
  } finally {
    await world.stack.processes.restart(service);
  }
}

/** Some failpoints are passed before the service has said that it is ready. */
function unlessKilled(error: unknown): void {
  if (!(error instanceof Error) || !error.message.includes('killed by SIGKILL')) throw error;
}
