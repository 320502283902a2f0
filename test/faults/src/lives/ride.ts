import {
  type Ride,
  RideState,
  TapResult,
  type TransitLine,
  type TransitTap,
  TransitTapKind,
  type UploadTapsResponse,
} from '@causeway/proto/acquiring';
import { DeclineReason } from '@causeway/proto/common';
import { StatementEntryKind } from '@causeway/proto/wallet';
import {
  holds,
  insist,
  openRider,
  type Payer,
  type Shop,
  same,
  until,
  uploaded,
  type World,
} from '../../../support/index.ts';

/** As long as clients wait for any answer: a fare is asked for again only some time after whoever asked died. */
const PATIENCE = { patienceMs: 240_000 };
const FLAT_MINOR = 230n;
const PAIR_MINOR = 190n;
const MOST_MINOR = 520n;

/**
 * Lives through one rider's day while services die, uploading every tap until it is answered: a bus;
 * the same code once more at another gate; a train whose exit comes after the highest fare was
 * charged. Throws unless each ride is paid once, at its fare, and the grant whose code was copied
 * is stopped.
 */
export async function liveRide(world: World, payer: Payer, shop: Shop): Promise<void> {
  const lines = await linesOf(shop);
  const rider = await openRider(world, payer);
  const gate = world.id('gate').slice(0, 24).replace(/-$/, '0');
  let sequence = 0n;
  const tapAt = (gateId: string, lineId: string, kind: TransitTapKind, code: Uint8Array) => {
    sequence += 1n;
    const place = { gateId, lineId, kind, stopId: kind === TransitTapKind.FLAT ? '' : gateId };
    return {
      ...{ ...place, sequence, tapTime: new Date(), fareMinor: 0n, trustVersion: 0n },
      code: Buffer.from(code),
    };
  };
  const code = await rider.code();
  const bus = await recorded(shop, tapAt(`${gate}-1`, lines.bus, TransitTapKind.FLAT, code));
  const copy = await recorded(shop, tapAt(`${gate}-2`, lines.bus, TransitTapKind.FLAT, code));
  holds(isAsFirst(bus), `the first tap was answered ${TapResult[bus.result]}`);
  holds(copy.result !== TapResult.RECORDED, 'a code counted twice');
  const entry = tapAt('a', lines.rail, TransitTapKind.ENTRY, await rider.code());
  const begun = await recorded(shop, entry);
  same(await paidAt(shop, begun.paymentId, MOST_MINOR), MOST_MINOR, 'the fare without an exit');
  await recorded(shop, tapAt('b', lines.rail, TransitTapKind.EXIT, await rider.code()));
  const late = await paidAt(shop, begun.paymentId, PAIR_MINOR);
  same(late, PAIR_MINOR, 'the fare of a ride whose exit came late');
  same(await paidAt(shop, bus.paymentId, FLAT_MINOR), FLAT_MINOR, 'the fare of a bus');
  await isStopped(payer, rider.grant.grantId);
  await isBorne(shop, bus.paymentId);
  const paid = [bus.paymentId, begun.paymentId];
  const entries = (await insist(() => payer.statement())).filter(
    ({ paymentId, kind }) => paid.includes(paymentId) && kind === StatementEntryKind.PAYMENT,
  );
  same(entries.length, 2, 'how often two rides were debited');
}

/** The lines of a shop, which are the same whoever puts them. */
async function linesOf({ partner, merchantId, currencyCode }: Shop) {
  const common = {
    ...{ merchantId, storeId: '', currencyCode, timeZone: 'Asia/Tokyo', transfer: undefined },
  };
  const bus: TransitLine = {
    ...{ ...common, lineId: 'bus', displayName: 'Bus' },
    fare: { $case: 'flat', value: { fareMinor: FLAT_MINOR } },
  };
  const rail: TransitLine = {
    ...{ ...common, lineId: 'rail', displayName: 'Rail' },
    fare: {
      $case: 'distance',
      value: {
        fares: [{ fromStopId: 'a', toStopId: 'b', fareMinor: PAIR_MINOR }],
        ...{ maxFareMinor: MOST_MINOR, waitSeconds: 1, maxRideSeconds: 3_600 },
      },
    },
  };
  for (const line of [bus, rail]) await insist(() => partner.transit.putTransitLine({ line }));
  return { bus: 'bus', rail: 'rail' };
}

/** Uploads a tap until it is answered as durable. */
async function recorded({ partner }: Shop, tap: TransitTap): Promise<UploadTapsResponse> {
  const upload = async () => (await insist(() => uploaded(partner, [tap])))[0];
  const isDurable = (answer: UploadTapsResponse | undefined) =>
    answer !== undefined && answer.result !== TapResult.FAILED;
  const answer = await until(upload, isDurable, PATIENCE);
  if (answer === undefined || answer.result === TapResult.REJECTED) {
    throw new Error(`a tap was answered ${TapResult[answer?.result ?? 0]} ${answer?.reason}`);
  }
  return answer;
}

/** A tap that is answered after its first upload was lost was recorded all the same. */
function isAsFirst({ result }: UploadTapsResponse): boolean {
  return result === TapResult.RECORDED || result === TapResult.REPEATED;
}

/** The fare at which a ride is paid, once it is what it should be; in words how it stands otherwise. */
async function paidAt(
  { partner }: Shop,
  paymentId: string,
  fareMinor: bigint,
): Promise<bigint | string> {
  const look = async () => {
    const page = { pageSize: 500, pageToken: '' };
    const { rides } = await insist(() => partner.transit.listRides(page));
    const ride = rides.find((one) => one.paymentId === paymentId);
    return ride?.state === RideState.PAID ? (ride.fare?.amountMinor ?? 0n) : standing(ride);
  };
  return until(look, (found) => found === fareMinor, PATIENCE);
}

function standing(ride: Ride | undefined): string {
  if (ride === undefined) return 'not among the last 500 rides';
  return `${RideState[ride.state]}: ${ride.fareBasis}, ${DeclineReason[ride.declineReason]}`;
}

/** Whether the copy of a ride's code is known, and is nobody's to pay: both gates are one operator's. */
async function isBorne({ partner }: Shop, paymentId: string): Promise<void> {
  const look = async () => {
    const page = { pageSize: 500, pageToken: '' };
    const { findings } = await insist(() => partner.transit.listTransitFindings(page));
    const copy = findings.find((finding) => finding.paymentId === paymentId);
    return copy === undefined
      ? 'not found'
      : `${copy.amount?.amountMinor} ${RideState[copy.lossState]}`;
  };
  const borne = `${FLAT_MINOR} UNSPECIFIED`;
  same(await until(look, (found) => found === borne, PATIENCE), borne, 'who bears the copy');
}

async function isStopped({ app, walletId }: Payer, grantId: string): Promise<void> {
  const look = async () => {
    const { grants } = await insist(() => app.grants.listTransitGrants({ walletId }));
    return grants.find((grant) => grant.grantId === grantId)?.deniedReason;
  };
  const reason = await until(look, (found) => found !== '', PATIENCE);
  same(reason, 'REPLAYED_CODE', 'why a grant is stopped whose code was copied');
}
