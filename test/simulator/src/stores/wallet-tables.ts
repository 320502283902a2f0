import { decide, type Transfer } from '@causeway/ledger';
import { MemoryLedger } from '@causeway/ledger/memory';
import { uuidFrom } from '@causeway/runtime';
import type { ChargeCommand, ChargeKey } from '@causeway/wallet/src/charges/command.ts';
import type {
  ChargedWallet,
  ChargeRecord,
  CodeRecord,
  RefundRecord,
  UsageRecord,
} from '@causeway/wallet/src/charges/record.ts';
import { type Rules, stepsOf } from '@causeway/wallet/src/charges/transfers.ts';
import {
  codeKey,
  keyOf,
  type Moment,
  usageKey,
  WorkingSet,
  yearOf,
} from '@causeway/wallet/src/charges/working-set.ts';

/** Told of every charge that a commit has written. */
export type ChargeObserver = (before: ChargeRecord | undefined, after: ChargeRecord) => void;

/**
 * The tables of a wallet operator in memory: wallets, codes, charges, and the ledger. A batch of
 * commands is decided on and kept at one moment, as under the locks of its wallets.
 */
export class WalletTables {
  readonly ledger = new MemoryLedger();
  readonly wallets = new Map<string, ChargedWallet>();
  readonly charges = new Map<string, ChargeRecord>();
  readonly refunds = new Map<string, RefundRecord>();
  readonly codes = new Map<string, CodeRecord>();
  readonly usage = new Map<string, UsageRecord>();
  /** Holds that are open, which is what is looked for each second. */
  readonly #held = new Set<string>();
  #topUps = 0;

  /**
   * @param shownRates what payers are shown with their codes: payee units per unit, by currency
   */
  constructor(
    private readonly rules: Rules,
    private readonly shownRates: Readonly<Record<string, string>>,
    private readonly observer: ChargeObserver,
  ) {
    this.ledger.open(rules.chart.houseAccounts());
  }

  openWallet(wallet: ChargedWallet): void {
    this.wallets.set(wallet.walletId, wallet);
    this.ledger.open([this.rules.chart.walletAccount(wallet)]);
  }

  /** Moves money from the float into a wallet. */
  topUp({ lane, walletId }: ChargedWallet, amountMinor: bigint): void {
    this.#topUps += 1;
    const transfer: Transfer = {
      ...{ lane, kind: 'post', debit: this.rules.chart.float(lane), credit: walletId, amountMinor },
      transferId: uuidFrom('transfer', 'top up', String(this.#topUps)),
      currencyCode: this.rules.chart.currencyCode,
      ...{ code: 'top_up', reference: walletId },
    };
    const books = this.ledger.books([transfer]);
    decide(books, [transfer]);
    this.ledger.write(books);
  }

  addCode(code: CodeRecord): void {
    this.codes.set(codeKey(code.lane, code.codeHash), code);
  }

  charge({ lane, paymentId }: ChargeKey): ChargeRecord | undefined {
    return this.charges.get(keyOf(lane, paymentId));
  }

  /** Holds whose time is over. */
  dueHolds(nowMs: number): ChargeKey[] {
    return [...this.#held].flatMap((key) => {
      const charge = this.charges.get(key);
      const { holdExpiresAtMs } = charge ?? {};
      return charge && holdExpiresAtMs !== undefined && holdExpiresAtMs <= nowMs ? [charge] : [];
    });
  }

  /** How many holds are neither captured nor voided. */
  get openHolds(): number {
    return this.#held.size;
  }

  /** Has a batch decided on at a moment, and keeps what is left of it. */
  decideOn<T>(
    commands: readonly ChargeCommand[],
    moment: Moment,
    decideAll: (set: WorkingSet) => T,
  ): T {
    const set = this.#loaded(commands, moment);
    const decided = decideAll(set);
    this.#write(set);
    return decided;
  }

  #loaded(commands: readonly ChargeCommand[], moment: Moment): WorkingSet {
    const walletIds = commands.map((command) => this.#walletOf(command));
    const wallets = walletIds.flatMap((walletId) => this.#wallet(walletId) ?? []);
    const set = new WorkingSet(moment, wallets);
    const byCharge = new Map<string, Set<string>>();
    for (const [index, command] of commands.entries()) {
      const walletId = walletIds[index];
      this.#enter(set, command, walletId);
      const key = keyOf(command.lane, command.paymentId);
      const found = byCharge.get(key) ?? new Set();
      byCharge.set(key, walletId === undefined ? found : found.add(walletId));
    }
    const steps = commands.flatMap((command) =>
      [...(byCharge.get(keyOf(command.lane, command.paymentId)) ?? [])].flatMap((walletId) => {
        const wallet = this.#wallet(walletId);
        return wallet ? stepsOf(command, wallet, this.rules, false) : [];
      }),
    );
    set.openBooks(this.ledger.books(steps));
    return set;
  }

  #wallet(walletId: string | undefined): ChargedWallet | undefined {
    return walletId === undefined ? undefined : this.wallets.get(walletId);
  }

  #walletOf(command: ChargeCommand): string | undefined {
    const charge = this.charge(command);
    if (charge?.walletId !== undefined) return charge.walletId;
    if (!('payer' in command)) return undefined;
    const { codeHash, walletId } = command.payer;
    const code = codeHash && this.codes.get(codeKey(command.lane, codeHash));
    return code?.walletId ?? walletId;
  }

  #enter(set: WorkingSet, command: ChargeCommand, walletId: string | undefined): void {
    const { lane, paymentId } = command;
    const charge = this.charge(command);
    set.charges.loaded(keyOf(lane, paymentId), charge);
    if ('payer' in command && command.payer.codeHash !== undefined) {
      const { codeHash } = command.payer;
      const { currencyCode } = command.terms.payee;
      set.codes.loaded(codeKey(lane, codeHash), this.codes.get(codeKey(lane, codeHash)));
      set.shown(lane, codeHash, currencyCode, this.shownRates[currencyCode]);
    }
    if (command.kind === 'refund') {
      const key = keyOf(lane, command.refundId);
      set.refunds.loaded(key, this.refunds.get(key));
    }
    if (walletId === undefined) return;
    const day = charge?.allowanceDay ?? set.moment.today;
    for (const period of [day, yearOf(day)]) {
      const key = usageKey(lane, walletId, period);
      set.usage.loaded(key, this.usage.get(key));
    }
  }

  #write(set: WorkingSet): void {
    for (const charge of [...set.charges.created(), ...set.charges.changed()]) {
      const key = keyOf(charge.lane, charge.paymentId);
      this.observer(this.charges.get(key), charge);
      this.charges.set(key, charge);
      if (charge.state === 'held') this.#held.add(key);
      else this.#held.delete(key);
    }
    for (const refund of set.refunds.created()) {
      this.refunds.set(keyOf(refund.lane, refund.refundId), refund);
    }
    for (const code of set.codes.changed()) this.addCode(code);
    for (const usage of [...set.usage.created(), ...set.usage.changed()]) {
      this.usage.set(usageKey(usage.lane, usage.walletId, usage.period), usage);
    }
    this.ledger.write(set.books);
  }
}
