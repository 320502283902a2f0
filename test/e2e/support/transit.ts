import { openGate, type PlayedGate, upload, uploadOf } from '@causeway/callers/transit/gates';
import { type GrantedPhone, grantedPhone } from '@causeway/callers/transit/phones';
import {
  type Ride,
  RideState,
  type TransitFinding,
  TransitFindingKind,
  TransitLiability,
  type TransitTap,
  TransitTapKind,
  type UploadTapsResponse,
} from '@causeway/proto/acquiring';
import { StatementEntryKind } from '@causeway/proto/wallet';
import type { Gate, GateRide, PhoneClock } from '@causeway/transit';
import { minor } from '../../support/books.ts';
import type { Payer } from '../../support/payer.ts';
import { until } from '../../support/until.ts';
import type { World } from '../../support/world.ts';

const PAGE = { pageSize: 500, pageToken: '' };

/** What tests of rides do in their world, with gates, phones and operators. */
export function transitIn(world: World) {
  const gateId = (name: string) => world.id(name).slice(0, 30).replace(/-$/, '0');

  /** A gate whose clock was set while it still had a network. */
  const gateOf = async (played: Omit<PlayedGate, 'gateId'>): Promise<Gate> => {
    const gate = await openGate(world.runtime, { ...played, gateId: gateId('gate') });
    gate.clockWasSet();
    return gate;
  };

  const phoneOf = (payer: Payer, clock: PhoneClock = world.runtime.clock): Promise<GrantedPhone> =>
    grantedPhone(payer.app, { requestId: world.id('grant'), clock });

  /** Uploads what a gate let pass; throws where it did not open. */
  const ridden = async (
    gate: Gate,
    operatorId: string,
    code: string,
    ride: GateRide,
  ): Promise<UploadTapsResponse | undefined> => {
    const { tap, outcome } = await gate.tap(code, ride);
    if (tap === undefined) throw new Error(`the gate answered ${outcome}`);
    return (await upload(world.callers.as(operatorId), [uploadOf(tap)]))[0];
  };

  /** Uploads a tap that no gate of ours would make. */
  const claimed = async (
    operatorId: string,
    tap: Partial<TransitTap> & Pick<TransitTap, 'code' | 'lineId'>,
  ): Promise<UploadTapsResponse | undefined> => {
    const made = {
      ...{ gateId: gateId('claim'), sequence: 1n, kind: TransitTapKind.FLAT, stopId: '' },
      ...{ tapTime: world.runtime.clock.now(), fareMinor: 0n, trustVersion: 0n },
      ...tap,
    };
    return (await upload(world.callers.as(operatorId), [made]))[0];
  };

  /** The fares that a wallet was debited. */
  const faresOf = async (payer: Payer): Promise<bigint[]> => {
    const entries = await payer.statement();
    const paid = entries.filter(({ kind }) => kind === StatementEntryKind.PAYMENT);
    return paid.map(({ amount }) => (minor(amount) < 0n ? -minor(amount) : minor(amount)));
  };

  const rideOf = async (operatorId: string, paymentId: string): Promise<Ride | undefined> => {
    const { rides } = await world.callers.as(operatorId).transit.listRides(PAGE);
    return rides.find((ride) => ride.paymentId === paymentId);
  };

  const found = async (operatorId: string, paymentId: string): Promise<TransitFinding[]> => {
    const { findings } = await world.callers.as(operatorId).transit.listTransitFindings(PAGE);
    return findings.filter((finding) => finding.paymentId === paymentId);
  };

  /** What was found of a ride, and whose loss it is. */
  const findingsOf = async (operatorId: string, paymentId: string): Promise<string[]> =>
    (await found(operatorId, paymentId))
      .map(({ kind, liability }) => `${TransitFindingKind[kind]} ${TransitLiability[liability]}`)
      .sort();

  /** The losses of a ride once its wallet operator has paid, or declined, every one of them. */
  const lossesOf = async (operatorId: string, paymentId: string): Promise<string[]> => {
    const look = async () => {
      const findings = await found(operatorId, paymentId);
      return findings.map(({ lossState, amount }) => `${minor(amount)} ${RideState[lossState]}`);
    };
    return until(look, (losses) => !losses.some((loss) => loss.endsWith('DUE')));
  };

  return { gateId, gateOf, phoneOf, ridden, claimed, faresOf, rideOf, findingsOf, lossesOf };
}
