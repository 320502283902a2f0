import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Money } from '@causeway/proto/common';
import type { ChargeTerms } from '@causeway/proto/wallet';
import type { QuoteKeys, TokenKey } from './quote-token.ts';

/** What of a payment its terms are signed for, besides what they say themselves. */
interface SignedFor {
  paymentId: string;
  issuerId: string | undefined;
  /** Undefined where the payment ended before a price was found. */
  payerAmount: Money | undefined;
}

type UnsignedTerms = Omit<ChargeTerms, 'signature'>;

/** Half of an HMAC-SHA256, in base64url: 128 bits. */
const SIGNATURE_CHARACTERS = 22;

/**
 * Signs the price of a payment, so that it is known again in a wallet operator's record when this
 * switch has lost its own in a restore, and no operator can tell a price that was never planned.
 */
export function signedTerms(asked: SignedFor, terms: UnsignedTerms, key: TokenKey): ChargeTerms {
  return { ...terms, signature: asked.payerAmount ? signatureOf(asked, terms, key) : '' };
}

/** Whether one of the keys signed the terms for this payment. */
export function isSigned(asked: SignedFor, terms: ChargeTerms, keys: QuoteKeys): boolean {
  const signature = Buffer.from(terms.signature);
  return keys.some((key) => {
    const expected = Buffer.from(signatureOf(asked, terms, key));
    return expected.length === signature.length && timingSafeEqual(expected, signature);
  });
}

function signatureOf(asked: SignedFor, terms: UnsignedTerms, { key }: TokenKey): string {
  const text = JSON.stringify(signedFields(asked, terms));
  const mac = createHmac('sha256', key.reveal()).update(text).digest('base64url');
  return mac.slice(0, SIGNATURE_CHARACTERS);
}

/** The first keeps these signatures apart from all others that are made with the same keys. */
function signedFields({ paymentId, issuerId, payerAmount }: SignedFor, terms: UnsignedTerms) {
  const { payeeAmount, partnerId, conversion } = terms;
  const amounts = [...money(payerAmount), ...money(payeeAmount)];
  const named = ['causeway charge terms', paymentId, issuerId, partnerId, ...amounts];
  if (!conversion) return named;
  const { quoteId, rateBoardId, rate, midRate, referenceRate, referenceSource } = conversion;
  const { markupBps, midPart, markupPart, residualPart } = conversion;
  const rates = [quoteId, rateBoardId, rate, midRate, referenceRate, referenceSource, markupBps];
  return [...named, ...rates, ...money(midPart), ...money(markupPart), ...money(residualPart)];
}

function money(amount: Money | undefined): [string, string] {
  return [amount?.currencyCode ?? '', String(amount?.amountMinor ?? '')];
}
