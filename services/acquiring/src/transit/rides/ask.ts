import type { Database } from '@causeway/db';
import type { TransitLine } from '@causeway/proto/acquiring';
import type { Money, Payment } from '@causeway/proto/common';
import type { TransitTap } from '@causeway/proto/wallet';
import type { Directory } from '../../directory/directory.ts';
import type { Routed } from '../../routed.ts';

/** What charging rides works with. */
export interface Charging {
  db: Database;
  directory: Pick<Directory, 'profileOf'>;
  routed: Pick<Routed, 'ask'>;
  lineOf(partnerId: string, lineId: string): Promise<TransitLine | undefined>;
}

/** A fare, or a loss, that is asked for. */
export interface Asked {
  partnerId: string;
  issuerId: string;
  /** The line whose merchant is paid; undefined where it is gone. */
  line: TransitLine | undefined;
  tap: TransitTap;
  payeeAmount: Money;
  /** In words, for statements. */
  description: string;
}

/**
 * The payment of a tap, made or answered as it was made before: its id follows from the tap. Throws a
 * Refusal IDEMPOTENCY_KEY_REUSED where the tap began another ride, DEPENDENCY_UNAVAILABLE.
 *
 * @param deadlineMs epoch milliseconds after which nobody waits
 */
export async function askForFare(
  { directory, routed }: Charging,
  { partnerId, issuerId, line, tap, payeeAmount, description }: Asked,
  deadlineMs: number,
): Promise<Payment> {
  const place = {
    merchantId: line?.merchantId ?? '',
    storeId: line?.storeId ?? '',
    terminalId: '',
  };
  const request = {
    ...{ partnerId, issuerId, firstTap: tap, payeeAmount },
    merchant: await directory.profileOf(partnerId, place),
    orderDescription: description,
  };
  const { payment } = await routed.ask(
    'create_transit_payment',
    { partnerId, deadlineMs },
    (client, options) => client.createTransitPayment(request, options),
  );
  if (payment === undefined) throw new Error('routing answered no payment');
  return payment;
}
