import { OutcomeUnknown } from '@causeway/db';
import type { Caller } from './host.ts';
import type { Kernel } from './kernel.ts';

const FAULTS = ['refused', 'unanswered', 'late', 'crash'] as const;

/**
 * The way from one process to its database. Each piece of work is a transaction: it happens whole, at
 * one moment, or not at all. What is said of it may get lost, and who asked may be dead by then.
 */
export class StoreLink {
  constructor(
    private readonly kernel: Kernel,
    private readonly caller: Caller,
  ) {}

  /**
   * Does the work in the database.
   *
   * @param about what it is about, for the story and for naming its faults
   */
  run<T>(statement: string, about: string, work: () => T): Promise<T> {
    return new Promise((resolve, reject) => {
      const { kernel, caller } = this;
      const { life } = caller;
      const name = kernel.faults.named(`${caller.name} ${statement} ${about}`);
      const fault = kernel.faults.hit(name, FAULTS);
      const ms = fault === 'late' ? this.#lateMs(name) : this.#latencyMs(name);
      kernel.after(ms, () => {
        const isExecuted = life.alive || kernel.chance.happens(`${name} outlives`, 0.5);
        if (!isExecuted) return;
        if (fault !== undefined)
          kernel.tell(() => `${caller.name}: ${statement} ${about}${TOLD[fault]}`);
        if (fault === 'refused') return reject(new Unavailable());
        // Half of the crashes come before the commit.
        const isBefore = fault === 'crash' && kernel.chance.happens(`${name} before`, 0.5);
        if (isBefore) return life.alive ? caller.crash?.() : undefined;
        const settle = attempt(work, resolve, reject);
        if (!life.alive) return;
        if (fault === 'crash') return caller.crash?.();
        if (fault === 'unanswered') return reject(new OutcomeUnknown(new Error('a lost link')));
        settle();
      });
    });
  }

  #latencyMs(name: string): number {
    return 0.3 + 6 * this.kernel.chance.unit(`${name} takes`) ** 3;
  }

  #lateMs(name: string): number {
    return 50 + 12_000 * this.kernel.chance.unit(`${name} is late`) ** 3;
  }
}

const TOLD: Record<(typeof FAULTS)[number], string> = {
  refused: ' – the database refuses',
  unanswered: ' – done, and the connection is lost',
  late: ' – late',
  crash: ' – the process dies at it',
};

function attempt<T>(
  work: () => T,
  resolve: (value: T) => void,
  reject: (error: unknown) => void,
): () => void {
  try {
    const value = work();
    return () => resolve(value);
  } catch (error) {
    return () => reject(error);
  }
}

/** The database could not be reached: nothing was done. */
class Unavailable extends Error {
  override readonly name = 'Unavailable';
  readonly code = 'ECONNREFUSED';

  constructor() {
    super('the database cannot be reached');
  }
}
