import type { Charged, Recorded } from './books.ts';
import type { Known } from './journal-file.ts';

/**
 * What is wrong with one payment: what its client was told, against what the switch and the
 * wallet operator have. Undefined where all agree.
 */
export function wrongWith(
  known: Known,
  recorded: Recorded | undefined,
  charged: Charged | undefined,
): string | undefined {
  const { outcome } = known;
  // The client learned nothing of it, so nothing can contradict it; the verifier holds the books
  // of such a payment to each other.
  if (outcome === 'UNKNOWN' || outcome === 'PENDING') return undefined;
  if (outcome === 'REFUSED') {
    return recorded || charged ? 'was refused, and there is a record of it' : undefined;
  }
  if (recorded === undefined) return `was answered as ${outcome}, and the switch has no record`;
  if (known.answeredId !== known.paymentId) return `was answered under the id ${known.answeredId}`;
  const { partnerId, requestId, payeeMinor } = recorded;
  if (partnerId !== known.partnerId || requestId !== known.requestId) {
    return `is recorded as ${requestId} of ${partnerId}`;
  }
  if (recorded.state !== outcome) {
    return `was answered as ${outcome}, and is recorded as ${recorded.state}`;
  }
  if (payeeMinor !== known.askedPayeeMinor || known.payeeMinor !== known.askedPayeeMinor) {
    return `asked for ${known.askedPayeeMinor}, was answered ${known.payeeMinor}, is ${payeeMinor}`;
  }
  return outcome === 'SUCCEEDED'
    ? wrongWithMoney(known, recorded, charged)
    : charged?.state === 'captured' || charged?.state === 'held'
      ? `was answered as ${outcome}, and the payer was charged`
      : undefined;
}

function wrongWithMoney(
  { walletId, payerMinor }: Known,
  recorded: Recorded,
  charged: Charged | undefined,
): string | undefined {
  if (recorded.payerMinor !== payerMinor) {
    return `was answered with ${payerMinor} for the payer, and is recorded with ${recorded.payerMinor}`;
  }
  if (recorded.walletId !== walletId) return `was paid by another wallet, ${recorded.walletId}`;
  if (charged?.state !== 'captured') return 'was answered as SUCCEEDED, and nobody was charged';
  if (charged.walletId !== walletId) return `was charged to another wallet, ${charged.walletId}`;
  if (charged.amountMinor !== payerMinor) {
    return `was answered with ${payerMinor}, and ${charged.amountMinor} was charged`;
  }
  return undefined;
}
