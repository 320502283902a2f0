import { decide, type Outcome, type Transfer } from '@causeway/ledger';
import { uuidFrom } from '@causeway/runtime';
import type { Chart } from '../chart.ts';
import type { Policy } from '../limits/policy.ts';
import type { ChargeCommand, ChargeKey } from './command.ts';
import type { ChargedWallet } from './record.ts';
import type { WorkingSet } from './working-set.ts';

/** What the rules are made of, fixed for the life of the process. */
export interface Rules {
  policy: Policy;
  chart: Chart;
}

/** A transfer that lacks only its amount: enough to open the books on what it would touch. */
export type Step = Omit<Transfer, 'amountMinor'>;

/** Where money for a wallet goes: one that is closed cannot take it. */
export function isUnclaimed(wallet: ChargedWallet): boolean {
  return wallet.status === 'closed';
}

/** The one-step debit. */
export function chargeStep(key: ChargeKey, wallet: ChargedWallet, { chart }: Rules): Step {
  return {
    ...payment(key, wallet, chart),
    transferId: transferId(key.paymentId, 'charge'),
    kind: 'post',
  };
}

/** Reserves the money. */
export function holdStep(key: ChargeKey, wallet: ChargedWallet, { chart }: Rules): Step {
  return { ...payment(key, wallet, chart), transferId: holdId(key), kind: 'hold' };
}

/** Turns what was reserved into a debit. */
export function captureStep(key: ChargeKey, wallet: ChargedWallet, { chart }: Rules): Step {
  const base = payment(key, wallet, chart);
  return {
    ...base,
    transferId: transferId(key.paymentId, 'capture'),
    kind: 'capture',
    holdId: holdId(key),
  };
}

/** Frees what was reserved. */
export function releaseStep(key: ChargeKey, wallet: ChargedWallet, { chart }: Rules): Step {
  const base = payment(key, wallet, chart);
  return {
    ...base,
    transferId: transferId(key.paymentId, 'release'),
    kind: 'void',
    holdId: holdId(key),
  };
}

/** Undoes a debit in full. */
export function reverseStep(key: ChargeKey, wallet: ChargedWallet, { chart }: Rules): Step {
  const { paymentId } = key;
  return {
    ...payback(key, wallet, chart),
    transferId: transferId(paymentId, 'reverse'),
    code: 'cancel',
    reference: paymentId,
  };
}

/** Gives a part of a debit back. */
export function refundStep(
  key: ChargeKey & { refundId: string },
  wallet: ChargedWallet,
  { chart }: Rules,
): Step {
  const { refundId } = key;
  return {
    ...payback(key, wallet, chart),
    transferId: transferId(refundId, 'refund'),
    code: 'refund',
    reference: refundId,
  };
}

/** Lends a wallet what it lacks for a charge under an agreement. */
export function advanceStep(
  { lane, paymentId }: ChargeKey,
  { walletId }: ChargedWallet,
  { chart }: Rules,
): Step {
  return {
    ...{ lane, debit: chart.arrears(walletId), credit: walletId },
    transferId: transferId(paymentId, 'advance'),
    kind: 'post',
    currencyCode: chart.currencyCode,
    code: 'advance',
    reference: paymentId,
  };
}

/** Pays back what was advanced, out of what came in by the payment or refund of this id. */
export function collectStep(
  { lane, id }: Income,
  { walletId }: ChargedWallet,
  { chart }: Rules,
): Step {
  return {
    ...{ lane, debit: walletId, credit: chart.arrears(walletId) },
    transferId: transferId(id, 'arrears_paid'),
    kind: 'post',
    currencyCode: chart.currencyCode,
    code: 'arrears_paid',
    reference: id,
  };
}

/** What brought a wallet money: the payment that was undone, or the refund. */
export interface Income {
  lane: number;
  id: string;
}

/**
 * Every step that a command may take, so that the books are opened on all of them at once.
 *
 * @param mayOwe whether the batch may advance to this wallet, or collect what it owes
 */
export function stepsOf(
  command: ChargeCommand,
  wallet: ChargedWallet,
  rules: Rules,
  mayOwe: boolean,
): Step[] {
  const steps = ownSteps(command, wallet, rules);
  if (!mayOwe) return steps;
  const { lane, kind, paymentId } = command;
  if (kind === 'charge' || kind === 'hold') return [...steps, advanceStep(command, wallet, rules)];
  const id = kind === 'refund' ? command.refundId : paymentId;
  return [...steps, collectStep({ lane, id }, wallet, rules)];
}

function ownSteps(command: ChargeCommand, wallet: ChargedWallet, rules: Rules): Step[] {
  switch (command.kind) {
    case 'charge':
      return [chargeStep(command, wallet, rules)];
    case 'hold':
      return [holdStep(command, wallet, rules)];
    case 'take_over':
    case 'expire':
      return [releaseStep(command, wallet, rules)];
    case 'capture':
      return [captureStep(command, wallet, rules), releaseStep(command, wallet, rules)];
    case 'void':
      return [releaseStep(command, wallet, rules), reverseStep(command, wallet, rules)];
    case 'refund':
      return [refundStep(command, wallet, rules)];
  }
}

/** Posts one step in the books and answers what the ledger made of it. */
export function attempt(set: WorkingSet, step: Step, amountMinor: bigint): Outcome {
  const [result] = decide(set.books, [{ ...step, amountMinor }]);
  if (result === undefined) throw new Error('the ledger gave no answer');
  // The charge's row was not there, so its transfer must not be there either.
  if (result.replay) throw new Error(`transfer ${step.transferId} was posted without its charge`);
  return result.outcome;
}

/** Posts a step that nothing may prevent: the charge's own record says that it is possible. */
export function mustPost(set: WorkingSet, step: Step, amountMinor: bigint): void {
  const outcome = attempt(set, step, amountMinor);
  if (outcome !== 'posted') throw new Error(`transfer ${step.transferId} ended as ${outcome}`);
}

function payment({ lane, paymentId }: ChargeKey, wallet: ChargedWallet, chart: Chart) {
  return {
    lane,
    debit: wallet.walletId,
    credit: chart.payable(lane),
    currencyCode: chart.currencyCode,
    code: 'payment',
    reference: paymentId,
  };
}

function payback({ lane }: ChargeKey, wallet: ChargedWallet, chart: Chart) {
  return {
    lane,
    kind: 'post' as const,
    debit: chart.payable(lane),
    credit: isUnclaimed(wallet) ? chart.unclaimed(lane) : wallet.walletId,
    currencyCode: chart.currencyCode,
  };
}

function holdId({ paymentId }: ChargeKey): string {
  return transferId(paymentId, 'hold');
}

function transferId(id: string, step: string): string {
  return uuidFrom('transfer', id, step);
}
