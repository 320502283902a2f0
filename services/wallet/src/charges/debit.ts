import {
  compareRates,
  MAX_AMOUNT_MINOR,
  type Money,
  MoneyError,
  parseRate,
  payerAmountFor,
  type Rate,
} from '@causeway/money';
import type { AgreementRecord } from '../agreements/agreement.ts';
import { breachOf } from '../limits/spending.ts';
import type { GrantUse } from '../transit/grant.ts';
import {
  agreementBreach,
  agreementMissing,
  agreementOf,
  countUnpaid,
  notePaid,
} from './agreement-rules.ts';
import { advance, advanceFare } from './arrears.ts';
import type { DebitCommand } from './command.ts';
import { countRide, grantBreach, grantMissing, grantOf, lossBreach } from './grant-rules.ts';
import type {
  ChargeAnswer,
  ChargedWallet,
  ChargeRecord,
  CodeRecord,
  DeclineReason,
} from './record.ts';
import { attempt, chargeStep, holdStep, type Rules } from './transfers.ts';
import type { WorkingSet } from './working-set.ts';

/**
 * Decides Charge and Hold. A payment seen before is answered as it stands, whatever the call says
 * now. Else the first rule that it breaks declines it, and whatever the outcome, it is recorded
 * and its code is used.
 */
export function debit(set: WorkingSet, command: DebitCommand, rules: Rules): ChargeAnswer {
  const earlier = set.charge(command);
  if (earlier !== undefined) return { charge: earlier };
  const code = codeOf(set, command);
  const wallet = walletOf(set, command, code);
  const agreement = agreementOf(set, command);
  const grant = grantOf(set, command);
  const reason =
    reasonToDecline(set, command, { code, wallet, agreement, grant }, rules) ??
    take(set, command, { wallet, agreement, grant }, rules);
  if (agreement !== undefined) countUnpaid(set, agreement, reason, rules);
  if (grant !== undefined) countRide(set, command, grant, reason);
  if (code !== undefined && code.usedBy === undefined) {
    set.setCode({ ...code, usedBy: command.paymentId });
  }
  const charge = recordOf(set, command, wallet, reason);
  set.setCharge(charge);
  if (charge.state === 'captured') notePaid(set, charge);
  return { charge };
}

function codeOf(set: WorkingSet, { lane, payer }: DebitCommand): CodeRecord | undefined {
  return payer.codeHash && set.code(lane, payer.codeHash);
}

function walletOf(
  set: WorkingSet,
  { payer }: DebitCommand,
  code: CodeRecord | undefined,
): ChargedWallet | undefined {
  const walletId = code?.walletId ?? payer.walletId;
  return walletId === undefined ? undefined : set.wallet(walletId);
}

/** Who pays, as far as it was found. */
interface Found {
  wallet: ChargedWallet | undefined;
  agreement: AgreementRecord | undefined;
  grant: GrantUse | undefined;
}

/** Every rule but the funds, which the ledger decides. */
function reasonToDecline(
  set: WorkingSet,
  command: DebitCommand,
  { code, wallet, agreement, grant }: Found & { code: CodeRecord | undefined },
  { policy }: Rules,
): DeclineReason | undefined {
  const { nowMs, today } = set.moment;
  if (nowMs >= command.expiresAtMs) return 'EXPIRED';
  const missing = agreementMissing(command, agreement) ?? grantMissing(command, grant);
  if (missing !== undefined) return missing;
  if (wallet === undefined) return 'CODE_UNKNOWN';
  // Its own wallet, which nobody can freeze or close against what the operator has promised.
  if (isLoss(command) && grant !== undefined) return lossBreach(command, grant);
  if (code?.usedBy !== undefined) return 'CODE_USED';
  if (code !== undefined && nowMs >= code.expiresAtMs) return 'CODE_EXPIRED';
  if (wallet.status === 'closed') return 'WALLET_CLOSED';
  if (wallet.status === 'frozen') return 'WALLET_FROZEN';
  if (code !== undefined && !isRateHonoured(set, command, code, policy.currencyCode)) {
    return 'RATE_NOT_HONOURED';
  }
  const breach = agreement && agreementBreach(set, command, agreement);
  if (breach !== undefined) return breach;
  // Somebody has ridden already: what the grant allows is what the operator has promised for it.
  if (grant !== undefined) return grantBreach(command, grant);
  const { amountMinor, terms } = command;
  const payment = { tier: wallet.tier, merchantCountry: terms.merchantCountry, amountMinor };
  return breachOf(policy, payment, set.usageOn(today, wallet));
}

function isLoss({ payer: { tap } }: DebitCommand): boolean {
  return tap?.lossId !== undefined;
}

/**
 * Whether the payer pays no more than the board shown with the code says. The amount is checked
 * and not only the rate: a rate that is not the one used would prove nothing.
 */
function isRateHonoured(
  set: WorkingSet,
  { lane, amountMinor, terms: { payee, rate } }: DebitCommand,
  { codeHash }: CodeRecord,
  payerCurrency: string,
): boolean {
  if (payee.currencyCode === payerCurrency) return amountMinor <= payee.amountMinor;
  const shown = set.shownRate(lane, codeHash, payee.currencyCode);
  // What was not on the board was not shown, so nobody agreed to it.
  if (shown === undefined || rate === undefined) return false;
  const shownRate = parseRate(shown);
  if (compareRates(parseRate(rate), shownRate) < 0) return false;
  return amountMinor <= priceOf(payee, payerCurrency, shownRate);
}

/** What the payee's amount costs; the largest amount where it would cost more than that. */
function priceOf(payee: Money, payerCurrency: string, rate: Rate): bigint {
  try {
    return payerAmountFor({ payee, payerCurrency, rate, rounding: 'up' });
  } catch (error) {
    if (error instanceof MoneyError && error.code === 'AMOUNT_OUT_OF_RANGE')
      return MAX_AMOUNT_MINOR;
    throw error;
  }
}

/** Moves or reserves the money and uses the allowance, or answers why it cannot. */
function take(
  set: WorkingSet,
  command: DebitCommand,
  { wallet, agreement, grant }: Found,
  rules: Rules,
): DeclineReason | undefined {
  if (wallet === undefined) throw new Error('a charge without a wallet was not declined');
  if (agreement?.hasPaid) advance(set, command, wallet, rules);
  if (grant !== undefined && !isLoss(command)) advanceFare(set, command, wallet, rules);
  const step = command.kind === 'charge' ? chargeStep : holdStep;
  const outcome = attempt(set, step(command, wallet, rules), command.amountMinor);
  if (outcome === 'insufficient_funds') return 'INSUFFICIENT_FUNDS';
  if (outcome !== 'posted') throw new Error(`charge ${command.paymentId} ended as ${outcome}`);
  const { today } = set.moment;
  set.spend(today, wallet, command.amountMinor);
  if (agreement !== undefined) {
    set.spendUnder(agreement.lane, agreement.agreementId, today, command.amountMinor);
  }
  return undefined;
}

function recordOf(
  set: WorkingSet,
  command: DebitCommand,
  wallet: ChargedWallet | undefined,
  declineReason: DeclineReason | undefined,
): ChargeRecord {
  const { lane, paymentId, kind, amountMinor, terms, holdTtlSeconds } = command;
  const { nowMs, today } = set.moment;
  const taken = kind === 'charge' ? 'captured' : 'held';
  const state = declineReason === undefined ? taken : 'declined';
  return {
    ...{ lane, paymentId, state, declineReason, amountMinor },
    walletId: wallet?.walletId,
    agreementId: command.payer.agreementId,
    grantId: command.payer.tap?.grantId,
    refundedMinor: 0n,
    refundCount: 0,
    terms: terms.encoded,
    allowanceDay: state === 'declined' ? undefined : today,
    holdExpiresAtMs: state === 'held' ? nowMs + holdTtlSeconds * 1000 : undefined,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
  };
}
