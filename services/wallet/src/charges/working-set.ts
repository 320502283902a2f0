import type { Books } from '@causeway/ledger';
import {
  type AgreementRecord,
  type AgreementUsageRecord,
  periodAt,
} from '../agreements/agreement.ts';
import type { Usage } from '../limits/spending.ts';
import type { GrantUse } from '../transit/grant.ts';
import type { ChargeKey } from './command.ts';
import type {
  ChargedWallet,
  ChargeRecord,
  CodeRecord,
  RefundRecord,
  UsageRecord,
} from './record.ts';
import { Tracked } from './tracked.ts';

/** When a batch is decided, by the database's clock: one moment for all of it. */
export interface Moment {
  nowMs: number;
  /** 'YYYY-MM-DD' in the policy's time zone. */
  today: string;
}

/**
 * Everything that the commands of one batch may look at or change, in memory: as it was read
 * under the locks of its wallets, and then as each command leaves it for the next.
 */
export class WorkingSet {
  readonly moment: Moment;
  readonly charges = new Tracked<ChargeRecord>();
  readonly refunds = new Tracked<RefundRecord>();
  readonly codes = new Tracked<CodeRecord>();
  readonly usage = new Tracked<UsageRecord>();
  readonly agreements = new Tracked<AgreementRecord>();
  readonly agreementUsage = new Tracked<AgreementUsageRecord>();
  readonly grants = new Tracked<GrantUse>();
  readonly #wallets: ReadonlyMap<string, ChargedWallet>;
  readonly #shownRates = new Map<string, string | undefined>();
  readonly #mayOwe = new Map<string, ChargedWallet>();
  #books: Books | undefined;

  constructor(moment: Moment, wallets: readonly ChargedWallet[]) {
    this.moment = moment;
    this.#wallets = new Map(wallets.map((wallet) => [wallet.walletId, wallet]));
  }

  /** The ledger's part, which is read last: its accounts follow from the wallets found. */
  get books(): Books {
    if (this.#books === undefined) throw new Error('the books were not opened');
    return this.#books;
  }

  openBooks(books: Books): void {
    this.#books = books;
  }

  charge({ lane, paymentId }: ChargeKey): ChargeRecord | undefined {
    return this.charges.get(keyOf(lane, paymentId));
  }

  setCharge(charge: ChargeRecord): void {
    this.charges.set(keyOf(charge.lane, charge.paymentId), charge);
  }

  /** A wallet of the batch; undefined where there is none with this id. */
  wallet(walletId: string): ChargedWallet | undefined {
    return this.#wallets.get(walletId);
  }

  code(lane: number, codeHash: Buffer): CodeRecord | undefined {
    return this.codes.get(codeKey(lane, codeHash));
  }

  setCode(code: CodeRecord): void {
    this.codes.set(codeKey(code.lane, code.codeHash), code);
  }

  /** The rate that the payer was shown with a code; undefined where none was for the currency. */
  shownRate(lane: number, codeHash: Buffer, payeeCurrency: string): string | undefined {
    return this.#shownRates.get(`${codeKey(lane, codeHash)}/${payeeCurrency}`);
  }

  shown(lane: number, codeHash: Buffer, payeeCurrency: string, rate: string | undefined): void {
    this.#shownRates.set(`${codeKey(lane, codeHash)}/${payeeCurrency}`, rate);
  }

  /** What the wallet has spent on this day and in its year. */
  usageOn(day: string, wallet: ChargedWallet): Usage {
    const used = (period: string) =>
      this.usage.get(usageKey(wallet.lane, wallet.walletId, period))?.usedMinor ?? 0n;
    return { dayMinor: used(day), yearMinor: used(yearOf(day)) };
  }

  /** Adds to what the wallet has spent on a day and in its year; a negative amount gives back. */
  spend(day: string, { lane, walletId }: ChargedWallet, amountMinor: bigint): void {
    for (const period of [day, yearOf(day)]) {
      const key = usageKey(lane, walletId, period);
      const usedMinor = (this.usage.get(key)?.usedMinor ?? 0n) + amountMinor;
      if (usedMinor < 0n)
        throw new Error(`wallet ${walletId} spent less than nothing in ${period}`);
      this.usage.set(key, { lane, walletId, period, usedMinor });
    }
  }

  /** Notes that the batch may advance to this wallet, or collect what it owes. */
  expectArrears(wallet: ChargedWallet): void {
    this.#mayOwe.set(wallet.walletId, wallet);
  }

  /** Whether the wallet's arrears account is among the books, and its agreements in the set. */
  mayOwe({ walletId }: ChargedWallet): boolean {
    return this.#mayOwe.has(walletId);
  }

  /** The wallets that may owe. */
  debtors(): ChargedWallet[] {
    return [...this.#mayOwe.values()];
  }

  /** An agreement that a command of the batch is about; undefined where it was not signed. */
  agreement(lane: number, agreementId: string): AgreementRecord | undefined {
    return this.agreements.get(keyOf(lane, agreementId));
  }

  setAgreement(agreement: AgreementRecord): void {
    this.agreements.set(keyOf(agreement.lane, agreement.agreementId), agreement);
  }

  /** A grant that a ride of the batch is charged under; undefined where nobody signed it. */
  grant(lane: number, grantId: string): GrantUse | undefined {
    return this.grants.get(keyOf(lane, grantId));
  }

  setGrant(grant: GrantUse): void {
    this.grants.set(keyOf(grant.lane, grant.grantId), grant);
  }

  /** What the agreement's charges used of the period that the day falls in. */
  usedUnder({ lane, agreementId, period }: AgreementRecord, day: string): bigint {
    const key = agreementUsageKey(lane, agreementId, periodAt(period, day));
    return this.agreementUsage.get(key)?.usedMinor ?? 0n;
  }

  /** Adds to what was used of the period of a day; a negative amount gives back. */
  spendUnder(lane: number, agreementId: string, day: string, amountMinor: bigint): void {
    const agreement = this.agreement(lane, agreementId);
    if (agreement === undefined) throw new Error(`agreement ${agreementId} was not signed`);
    const usedMinor = this.usedUnder(agreement, day) + amountMinor;
    const period = periodAt(agreement.period, day);
    if (usedMinor < 0n) throw new Error(`${agreementId} used less than nothing in ${period}`);
    const key = agreementUsageKey(lane, agreementId, period);
    this.agreementUsage.set(key, { lane, agreementId, period, usedMinor });
  }
}

/** The year of a day 'YYYY-MM-DD'. */
export function yearOf(day: string): string {
  return day.slice(0, 4);
}

/** Where a lane's row is found in the set. The lane has two digits, so that text order is order. */
export function keyOf(lane: number, id: string): string {
  return `${String(lane).padStart(2, '0')}/${id}`;
}

export function codeKey(lane: number, codeHash: Buffer): string {
  return keyOf(lane, codeHash.toString('hex'));
}

export function agreementUsageKey(lane: number, agreementId: string, period: string): string {
  return `${keyOf(lane, agreementId)}/${period}`;
}

export function usageKey(lane: number, walletId: string, period: string): string {
  return `${keyOf(lane, walletId)}/${period}`;
}
