import type { Database } from '@causeway/db';
import {
  type Cancel,
  failpoint,
  Refusal,
  type Runtime,
  Trouble,
  uuidFrom,
} from '@causeway/runtime';
import { type Commands, SYSTEM } from '../commands/commands.ts';
import { disputesEnded, disputesUnrefunded } from '../metrics.ts';
import { expireCommand, refundCommand } from './commands.ts';
import type { Dispute } from './dispute.ts';
import type { GiveBack } from './give-back.ts';
import { grantedDisputes, overdueDisputes } from './store.ts';

const LOOK_EVERY_MS = 5_000;
/** Disputes are few; what is beyond comes with the next look. */
const AT_ONCE = 100;

/** What the worker works with. */
export interface DisputeWorkerParts {
  db: Database;
  commands: Commands;
  giveBack: GiveBack;
  runtime: Runtime;
}

/**
 * Ends what waits for a deadline that has passed, and has granted claims refunded. Any number of
 * replicas may do so: a step is a command that exists once.
 */
export class DisputeWorker {
  readonly #parts: DisputeWorkerParts;
  readonly #unlooked: Trouble;
  readonly #unrefunded: Trouble;
  #looking: Promise<void> | undefined;
  #again = false;
  #cancel: Cancel = () => {};

  constructor(parts: DisputeWorkerParts) {
    this.#parts = parts;
    this.#unlooked = new Trouble(parts.runtime, 'disputes could not be looked at');
    this.#unrefunded = new Trouble(parts.runtime, 'a dispute could not be refunded', 'error');
  }

  /** Looks every few seconds, until stopped. */
  start(): void {
    this.#cancel = this.#parts.runtime.timers.every(LOOK_EVERY_MS, () => this.look());
  }

  /** Looks now, without making anybody wait; once more where a look is under way. */
  readonly wake = (): void => void this.look();

  /** Ends the look that is under way. */
  async stop(): Promise<void> {
    this.#cancel();
    this.#again = false;
    await this.#looking;
  }

  /** Ends what is overdue and refunds what is granted. Never throws: the next look tries again. */
  look(): Promise<void> {
    this.#again = this.#looking !== undefined;
    this.#looking ??= this.#work().finally(() => {
      this.#looking = undefined;
      if (this.#again) this.wake();
    });
    return this.#looking;
  }

  async #work(): Promise<void> {
    try {
      const { db, runtime } = this.#parts;
      const overdue = await overdueDisputes(db, runtime.clock.now(), AT_ONCE);
      for (const dispute of overdue) await this.#expire(dispute);
      const granted = await grantedDisputes(db, AT_ONCE);
      disputesUnrefunded.set(granted.length);
      for (const dispute of granted) await this.#refund(dispute);
      this.#unlooked.passed();
    } catch (err) {
      this.#unlooked.failed({ err });
    }
  }

  async #expire({ disputeId, version }: Dispute): Promise<void> {
    const commandId = uuidFrom('settlement.dispute.expire', disputeId, String(version));
    const body = { disputeId, text: '', evidenceReference: '' };
    try {
      await this.#parts.commands.execute(expireCommand, { commandId, operatorId: SYSTEM, body });
      await failpoint('settlement.dispute.expired');
    } catch (error) {
      // Somebody took a step before: there is nothing to expire any more, or not yet.
      if (!(error instanceof Refusal)) throw error;
    }
  }

  /** One that cannot be refunded now holds up no other. */
  async #refund(dispute: Dispute): Promise<void> {
    const { disputeId } = dispute;
    try {
      const givenBack = await this.#parts.giveBack(dispute);
      await failpoint('settlement.dispute.given_back');
      await this.#parts.commands.execute(refundCommand, {
        commandId: uuidFrom('settlement.dispute.refund', disputeId),
        operatorId: SYSTEM,
        body: {
          ...{ disputeId, text: '', evidenceReference: '' },
          givenBack: givenBack
            ? {
                refundId: givenBack.refundId,
                payeeMinor: String(givenBack.payeeMinor),
                payerCurrency: givenBack.payer.currencyCode,
                payerMinor: String(givenBack.payer.amountMinor),
              }
            : null,
        },
      });
      disputesEnded.add(1, { refunded: givenBack !== undefined });
      this.#unrefunded.passed();
    } catch (err) {
      this.#unrefunded.failed({ err, dispute_id: disputeId });
    }
  }
}
