import { loadBooks } from '@causeway/ledger';
import {
  type AgreementRecord,
  type AgreementUsageRecord,
  periodAt,
} from '../agreements/agreement.ts';
import type { ChargeCommand } from '../charges/command.ts';
import type { ChargedWallet, ChargeRecord, CodeRecord } from '../charges/record.ts';
import { type Rules, type Step, stepsOf } from '../charges/transfers.ts';
import {
  agreementUsageKey,
  codeKey,
  keyOf,
  usageKey,
  WorkingSet,
  yearOf,
} from '../charges/working-set.ts';
import { chartOf } from '../chart.ts';
import { DEFAULT_POLICY } from '../limits/default-policy.ts';
import { parsePolicy } from '../limits/policy.ts';

/** The built-in policy and its accounts. */
export const rules: Rules = { policy: parsePolicy(DEFAULT_POLICY), chart: chartOf('HKD') };

/** The moment at which tests decide. */
export const MOMENT = { nowMs: Date.UTC(2026, 10, 16, 4), today: '2026-11-16' };

/** What a test says about the world before its commands. */
export interface World {
  wallet: ChargedWallet;
  balanceMinor: bigint;
  code?: CodeRecord;
  shownRates?: Record<string, string>;
  usage?: { dayMinor: bigint; yearMinor: bigint };
  charges?: ChargeRecord[];
  agreements?: AgreementRecord[];
  /** What the agreements used; nothing of the period that the moment falls in unless said. */
  agreementUsage?: AgreementUsageRecord[];
  arrearsMinor?: bigint;
}

/** A working set in memory, opened for these commands. */
export async function workingSet(world: World, commands: ChargeCommand[]): Promise<WorkingSet> {
  const { wallet, code, shownRates = {}, usage, charges = [] } = world;
  const set = new WorkingSet(MOMENT, [wallet]);
  for (const command of commands) {
    const { lane, paymentId } = command;
    const charge = charges.find((each) => each.paymentId === paymentId);
    set.charges.loaded(keyOf(lane, paymentId), charge);
    if ('payer' in command && command.payer.codeHash !== undefined) {
      const { codeHash } = command.payer;
      const { currencyCode } = command.terms.payee;
      set.codes.loaded(codeKey(lane, codeHash), code?.codeHash.equals(codeHash) ? code : undefined);
      set.shown(lane, codeHash, currencyCode, shownRates[currencyCode]);
    }
    if (command.kind === 'refund') set.refunds.loaded(keyOf(lane, command.refundId), undefined);
  }
  enterUsage(set, wallet, usage);
  enterAgreements(set, world);
  const mayOwe = set.mayOwe(wallet);
  const steps = commands.flatMap((command) => stepsOf(command, wallet, rules, mayOwe));
  set.openBooks(await loadBooks(ledgerOf(world, steps), steps));
  return set;
}

function enterUsage(set: WorkingSet, { lane, walletId }: ChargedWallet, usage: World['usage']) {
  const { today } = MOMENT;
  const used = { [today]: usage?.dayMinor, [yearOf(today)]: usage?.yearMinor };
  for (const [period, usedMinor] of Object.entries(used)) {
    const row = usedMinor === undefined ? undefined : { lane, walletId, period, usedMinor };
    set.usage.loaded(usageKey(lane, walletId, period), row);
  }
}

function enterAgreements(set: WorkingSet, { wallet, agreements, agreementUsage = [] }: World) {
  for (const agreement of agreements ?? []) {
    const { lane, agreementId, period } = agreement;
    set.agreements.loaded(keyOf(lane, agreementId), agreement);
    const now = periodAt(period, MOMENT.today);
    set.agreementUsage.loaded(agreementUsageKey(lane, agreementId, now), undefined);
  }
  for (const usage of agreementUsage) {
    const key = agreementUsageKey(usage.lane, usage.agreementId, usage.period);
    set.agreementUsage.loaded(key, usage);
  }
  if (agreements !== undefined) set.expectArrears(wallet);
}

/** Answers what the ledger would read: the wallet's accounts and those of the house. */
function ledgerOf({ wallet, balanceMinor, arrearsMinor = 0n }: World, steps: readonly Step[]) {
  const { lane, walletId } = wallet;
  const account = (account_id: string, may_go_negative: boolean, credits_posted: bigint) => ({
    ...{ lane, account_id, may_go_negative, credits_posted },
    ...{ currency_code: 'HKD', normal_side: 'credit', seq: 0n, transfer: null },
    ...{ debits_posted: 0n, debits_held: 0n, credits_held: 0n },
  });
  const rows = [
    account(walletId, false, balanceMinor),
    account(rules.chart.payable(lane), true, 0n),
    account(rules.chart.unclaimed(lane), true, 0n),
    {
      ...account(rules.chart.arrears(walletId), false, 0n),
      ...{ normal_side: 'debit', debits_posted: arrearsMinor },
    },
  ];
  const asked = new Set(steps.flatMap(({ debit, credit }) => [debit, credit]));
  return {
    async query<Row>(): Promise<Row[]> {
      return rows.filter(({ account_id }) => asked.has(account_id)) as Row[];
    },
  };
}
