import type { Policy } from '@causeway/proto/routing';
import type { Runtime } from '@causeway/runtime';
import { Trouble } from '@causeway/runtime';
import { Remembered } from '../remembered.ts';
import { BUILT_IN_AUTHOR, BUILT_IN_POLICY } from './built-in.ts';
import type { PolicyStore } from './store.ts';

/** How old this replica's knowledge of what is in force may be. */
const REFRESH_MS = 500;
/** Versions of the past that explanations and simulations keep in memory. */
const REMEMBERED = 32;

/** Policies in memory: the one in force, and those that choices of the past were made by. */
export class Policies {
  #inForce: Policy = BUILT_IN_POLICY;
  #activationId = 0n;
  #cancel: (() => void) | undefined;
  #refreshing = Promise.resolve();
  #begun = 0;
  #shown = 0;
  readonly #known: Remembered<bigint, Policy>;

  constructor(
    private readonly store: PolicyStore,
    private readonly runtime: Runtime,
  ) {
    this.#known = new Remembered(REMEMBERED, (version) => store.find(version));
  }

  /** The policy that new payments go by. */
  get inForce(): Policy {
    return this.#inForce;
  }

  /** Stores the built-in version where nobody has, reads what is in force, and keeps reading. */
  async start(): Promise<void> {
    const now = this.runtime.clock.now();
    await this.store.insert(0n, BUILT_IN_POLICY, BUILT_IN_AUTHOR, now);
    await this.refresh();
    const unread = new Trouble(this.runtime, 'the routing policy could not be read again');
    this.#cancel = this.runtime.timers.every(REFRESH_MS, () => {
      this.#refreshing = this.refresh().then(
        () => unread.passed(),
        (err) => unread.failed({ err }),
      );
      return this.#refreshing;
    });
  }

  /**
   * Reads what is in force; who activates one calls it, to be the first to see it. A
   * reading that another one has overtaken may be older, and is dropped.
   */
  async refresh(): Promise<void> {
    this.#begun += 1;
    const turn = this.#begun;
    const found = await this.store.inForce();
    if (found === undefined) throw new Error('the policy in force is not stored');
    if (turn < this.#shown) return;
    this.#shown = turn;
    // A restore of the database takes numbers back, and another policy may have one of them since.
    if (found.activationId < this.#activationId || this.#isAnother(found.policy)) {
      this.#known.forget();
    }
    this.#activationId = found.activationId;
    this.#inForce = found.policy;
  }

  /** One version, which is known to be stored. */
  async version(version: bigint): Promise<Policy> {
    const policy = await this.#known.get(version);
    if (!policy) throw new Error(`policy version ${version} is not stored`);
    return policy;
  }

  #isAnother({ version, createTime }: Policy): boolean {
    const { version: shown, createTime: since } = this.#inForce;
    return version === shown && since !== undefined && createTime?.getTime() !== since.getTime();
  }

  async stop(): Promise<void> {
    this.#cancel?.();
    await this.#refreshing;
  }
}
