import type { Exposure } from '@causeway/proto/fx';
import { costAt, coverOffers } from '../cover/offers.ts';
import type { Treasury } from '../cover/treasury.ts';
import { limitOf } from './limits.ts';
import { allPositions, type Position } from './store.ts';

/** The open position of each pair that ever had one, in the order of the pairs. */
export async function listExposures(treasury: Treasury): Promise<Exposure[]> {
  const positions = await allPositions(treasury.db);
  return positions.map((position) => toExposure(treasury, position));
}

function toExposure(treasury: Treasury, position: Position): Exposure {
  const { from, to, payeeOpen, payerOpen, realised } = position;
  const payer = (amountMinor: bigint | undefined) =>
    amountMinor === undefined ? undefined : { currencyCode: from, amountMinor };
  return {
    pair: { payerCurrencyCode: from, payeeCurrencyCode: to },
    payeeOpen: { currencyCode: to, amountMinor: payeeOpen },
    payerOpen: payer(payerOpen),
    limit: payer(limitOf(treasury.limits, position)),
    realised: payer(realised),
    unrealised: payer(unrealised(treasury, position)),
  };
}

/** What is booked less what covering would cost at the best offer now, signed. */
function unrealised(treasury: Treasury, position: Position): bigint | undefined {
  const { payeeOpen, payerOpen } = position;
  if (payeeOpen === 0n) return payerOpen;
  const [best] = coverOffers(treasury, position, payeeOpen > 0n);
  return best && payerOpen - costAt(best.rate, position, payeeOpen);
}
