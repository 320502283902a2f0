import { type Conversion, PaymentMethod } from '@causeway/proto/common';
import { ChargeTerms } from '@causeway/proto/wallet';
import type { Terms } from '../charges/command.ts';

/** What a test wants to differ from a shop in Hong Kong that charges HKD. */
export interface TermsInput {
  payee: { currencyCode: string; amountMinor: bigint };
  rate?: string | undefined;
  merchantCountry?: string;
  merchantName?: string;
  merchantId?: string;
}

/** The merchant unless a test says another. */
export const MERCHANT_ID = '00000000-0000-8000-8000-000000000001';

/** The message that the switch would send. */
export function termsMessage(input: TermsInput): ChargeTerms {
  const {
    payee,
    rate,
    merchantCountry = 'HK',
    merchantName = 'Noodle shop',
    merchantId = MERCHANT_ID,
  } = input;
  return {
    payeeAmount: payee,
    conversion: rate === undefined ? undefined : conversionAt(rate),
    merchant: {
      merchantId,
      storeId: '',
      terminalId: '',
      displayName: merchantName,
      countryCode: merchantCountry,
      city: 'Tokyo',
      categoryCode: '5812',
    },
    partnerId: 'sakura',
    method: PaymentMethod.CODE,
    signature: '',
  };
}

/** The same, as a command carries it. */
export function termsOf(input: TermsInput): Terms {
  return {
    encoded: Buffer.from(ChargeTerms.encode(termsMessage(input)).finish()),
    payee: input.payee,
    rate: input.rate,
    merchantId: input.merchantId ?? MERCHANT_ID,
    merchantCountry: input.merchantCountry ?? 'HK',
  };
}

function conversionAt(rate: string): Conversion {
  const part = { currencyCode: 'HKD', amountMinor: 0n };
  return {
    quoteId: '00000000-0000-8000-8000-000000000002',
    rateBoardId: '00000000-0000-8000-8000-000000000003',
    rate,
    midRate: rate,
    referenceRate: rate,
    referenceSource: 'ECB 2026-03-13',
    markupBps: 0,
    midPart: part,
    markupPart: part,
    residualPart: part,
  };
}
