import { encodeMpm } from '@causeway/emvqr';
import { insist, openPayer, same, scanAndPay, type World } from '../../../support/index.ts';
import type { Fault } from '../fault.ts';
import { payUnder, SHORT_DOUBT, shopInDoubt } from './partners.ts';

/**
 * Everything that a partner of the sandbox can be asked to do, but for what faults 17 and 18 do, and
 * what the payment becomes.
 */
const BEHAVIOURS: readonly (readonly [reference: string, payment: string])[] = [
  ['TRY-APPROVE', 'SUCCEEDED'],
  ['TRY-DECLINE', 'REFUSED_BY_PARTNER'],
  ['TRY-CLOSED', 'MERCHANT_INACTIVE'],
  ['TRY-BUSY', 'PARTNER_UNAVAILABLE'],
  ['TRY-UNCLEAR', 'PARTNER_UNAVAILABLE'],
  ['TRY-SLOW', 'SUCCEEDED'],
  ['TRY-TIMEOUT-OK', 'SUCCEEDED'],
  ['TRY-TIMEOUT-NO', 'REFUSED_BY_PARTNER'],
  ['TRY-STUCK', 'PARTNER_UNAVAILABLE'],
  ['TRY-DIE-CHARGED', 'SUCCEEDED'],
  ['TRY-DIE-UNSEEN', 'PARTNER_UNAVAILABLE'],
  ['TRY-REVERSE-3', 'PARTNER_UNAVAILABLE'],
  ['TRY-GARBAGE', 'SUCCEEDED'],
];

/**
 * What a stall's code under both schemes says to its first partner, and which partner has the payment
 * in the end: the other one only where the first is known not to have charged.
 */
const ROUTES: readonly (readonly [reference: string, partnerId: string])[] = [
  ['TRY-TIMEOUT-OK@straits', 'straits'],
  ['TRY-STUCK@straits', 'merlion'],
  ['TRY-DIE-UNSEEN@straits', 'merlion'],
  ['TRY-BUSY@straits', 'merlion'],
  ['TRY-DECLINE@straits', 'straits'],
];
/** Large enough for `straits` to be the cheaper one, and to be asked first. */
const BILL = { currencyCode: 'SGD', amountMinor: 148_00n };

/** Fault 16. */
export const partnerTimedOut: Fault = {
  id: 16,
  title: 'a partner times out but did capture',
  injected:
    'partners that answer nothing, late, nonsense or errors, that die midway, and whose reversals fail',
  invariant: 'unknown, an inquiry, the same result; never sent blindly to another route',
  // Whoever is in doubt as well would only be waited for.
  traffic: { clients: 3, kinds: ['code', 'code_refunded', 'code_cancelled'] },
  breaks: ['routing'],
  under: SHORT_DOUBT,
  async run({ world, quick, note }) {
    const shop = await shopInDoubt(world);
    const times = quick ? 1 : 4;
    const behaviours = Array.from({ length: times }, () => BEHAVIOURS).flat();
    await Promise.all([
      ...behaviours.map(([reference, payment]) => payUnder(world, shop, reference, payment)),
      ...ROUTES.map(([reference, partnerId]) => goesTo(world, reference, partnerId)),
    ]);
    note({ payments: behaviours.length + ROUTES.length });
  },
};

async function goesTo(world: World, reference: string, partnerId: string): Promise<void> {
  const payer = await insist(() => openPayer(world));
  const paid = await scanAndPay(payer, stallCode(reference), BILL);
  same(paid.partnerId, partnerId, `who has the payment under ${reference}`);
}

function stallCode(reference: string): string {
  const encoded = encodeMpm({
    payloadFormatIndicator: '01',
    mai_26: { '00': 'SG.PAYNOW', '01': '2', '02': '201812345A' },
    mai_27: { '00': 'SG.COM.NETS', '01': '23120400000000000001' },
    mcc: '5812',
    currencyNumeric: '702',
    country: 'SG',
    merchantName: 'STALL 17 LAKSA',
    merchantCity: 'SINGAPORE',
    additionalData: { '05': reference },
  });
  if (!encoded.ok) throw new Error('a code that cannot be made');
  return encoded.payload;
}
