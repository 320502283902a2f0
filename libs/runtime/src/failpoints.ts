import { writeSync } from 'node:fs';

type Action =
  | { kind: 'crash' }
  | { kind: 'freeze' }
  | { kind: 'hang' }
  | { kind: 'error' }
  | { kind: 'delay'; delayMs: number };

interface Armed {
  action: Action;
  /** The one hit that acts, counted from 1; every hit where it is absent. */
  onlyHit: number | undefined;
  hits: number;
}

const ENTRY = /^([a-z0-9_.-]+)=(crash|freeze|hang|error|delay:(\d+))(?:@(\d+))?$/i;

let armed: ReadonlyMap<string, Armed> | undefined;

/**
 * A named step boundary at which a test may make this process crash, freeze, hang, fail or wait.
 * Inert, and all but free, unless armed. Await the result.
 *
 * @throws FailpointError where it is armed with `error`
 */
export function failpoint(name: string): Promise<void> | void {
  if (armed === undefined) return;
  return hit(name, armed.get(name));
}

/** What a failpoint armed with `error` throws: deliberately of no type that code handles. */
export class FailpointError extends Error {
  constructor(name: string) {
    super(`failpoint ${name}`);
    this.name = 'FailpointError';
  }
}

/**
 * Arms the failpoints that the text lists and disarms all others.
 *
 * @param spec `name=crash|freeze|hang|error|delay:<ms>`, with `@<n>` for the n-th hit only, between
 *   semicolons: `routing.intent.committed=crash@3;wallet.charge.committed=delay:500`. What freezes goes
 *   on from there when it is told to (SIGCONT); what hangs never returns, and the rest goes on.
 * @throws RangeError where an entry cannot be read
 */
export function armFailpoints(spec: string | undefined): void {
  const entries = (spec ?? '').split(';').map((entry) => entry.trim());
  const parsed = entries.filter((entry) => entry !== '').map(parse);
  armed = parsed.length === 0 ? undefined : new Map(parsed);
}

function parse(entry: string): [string, Armed] {
  const [, name, action, delayMs, onlyHit] = ENTRY.exec(entry) ?? [];
  if (name === undefined || action === undefined) {
    throw new RangeError(`CAUSEWAY_FAILPOINTS has an entry that cannot be read: ${entry}`);
  }
  return [
    name,
    {
      action:
        delayMs === undefined
          ? { kind: action as 'crash' | 'freeze' | 'hang' | 'error' }
          : { kind: 'delay', delayMs: Number.parseInt(delayMs, 10) },
      onlyHit: onlyHit === undefined ? undefined : Number.parseInt(onlyHit, 10),
      hits: 0,
    },
  ];
}

function hit(name: string, point: Armed | undefined): Promise<void> | void {
  if (point === undefined) return;
  point.hits += 1;
  if (point.onlyHit !== undefined && point.onlyHit !== point.hits) return;
  switch (point.action.kind) {
    case 'crash':
      tell(name, point);
      // Nothing is flushed or closed, as when the kernel or the power ends a process.
      process.kill(process.pid, 'SIGKILL');
      return;
    case 'freeze':
      tell(name, point);
      process.kill(process.pid, 'SIGSTOP');
      return;
    case 'hang':
      return new Promise(() => {});
    case 'error':
      throw new FailpointError(name);
    case 'delay': {
      const { delayMs } = point.action;
      return new Promise((resolve) => setTimeout(resolve, delayMs));
    }
  }
}

/** Says where it ends or stops, at once: afterwards nobody could. */
function tell(name: string, { action, hits }: Armed): void {
  writeSync(2, `${JSON.stringify({ failpoint: name, action: action.kind, hit: hits })}\n`);
}
