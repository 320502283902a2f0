import type { Transfer } from '@causeway/ledger';
import type { Random } from '@causeway/runtime';
import { accountsOf, type LaneAccounts } from './accounts.ts';
import type { Mix } from './protocol.ts';

/** Transfers that stand in for one operation, to be sent one after the other. */
export type Operation = readonly Transfer[];

const REMEMBERED = 1_000;
const LARGEST_MINOR = 50_000;
const REJECTED_ONE_IN = 100;
const REPEATED_ONE_IN = 100;

/** Draws the transfers of one mix in one lane. */
export class Transfers {
  readonly #random: Random;
  readonly #lane: number;
  readonly #mix: Mix;
  readonly #accounts: LaneAccounts;
  readonly #earlier: Transfer[] = [];

  constructor(random: Random, lane: number, walletCount: number, mix: Mix) {
    this.#random = random;
    this.#lane = lane;
    this.#mix = mix;
    this.#accounts = accountsOf(lane, walletCount);
  }

  /** What the `n`th operation is; `n` counts up. */
  next(n: number): Operation {
    const { hot, poor } = this.#accounts;
    switch (this.#mix) {
      case 'uniform':
        return [this.#post(this.#wallet(), this.#wallet())];
      case 'hot':
        return [this.#post(this.#wallet(), hot)];
      case 'hot_rejects':
        return [this.#post(n % REJECTED_ONE_IN === 0 ? poor : this.#wallet(), hot)];
      case 'hot_duplicates':
        return [this.#repeated(n) ?? this.#remembered(this.#post(this.#wallet(), hot))];
      case 'holds':
        return this.#holdAndCapture();
    }
  }

  #holdAndCapture(): Operation {
    const hold: Transfer = { ...this.#post(this.#wallet(), this.#wallet()), kind: 'hold' };
    const transferId = this.#random.uuid();
    return [hold, { ...hold, kind: 'capture', transferId, holdId: hold.transferId }];
  }

  /** Two draws rarely meet; a transfer within one account would be none, so the next is taken. */
  #post(debit: string, credit: string): Transfer {
    const { wallets } = this.#accounts;
    const other =
      debit === credit ? wallets[(wallets.indexOf(debit) + 1) % wallets.length] : credit;
    return {
      ...{ lane: this.#lane, kind: 'post', debit, credit: other ?? credit, currencyCode: 'HKD' },
      transferId: this.#random.uuid(),
      amountMinor: BigInt(1 + this.#below(LARGEST_MINOR)),
      code: 'payment',
      reference: this.#random.uuid(),
    };
  }

  #repeated(n: number): Transfer | undefined {
    if (n % REPEATED_ONE_IN !== 0) return undefined;
    return this.#earlier[this.#below(this.#earlier.length)];
  }

  #remembered(transfer: Transfer): Transfer {
    if (this.#earlier.length < REMEMBERED) this.#earlier.push(transfer);
    else this.#earlier[this.#below(REMEMBERED)] = transfer;
    return transfer;
  }

  #wallet(): string {
    return this.#accounts.wallets[this.#below(this.#accounts.wallets.length)] ?? '';
  }

  #below(count: number): number {
    return Math.floor(this.#random.unit() * count);
  }
}
