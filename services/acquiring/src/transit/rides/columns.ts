import { type RowColumn, rowArray } from '@causeway/db';
import type {
  FindingRecord,
  GrantRef,
  LossRecord,
  RideRecord,
  SightingRecord,
  TapRecord,
} from '../tap.ts';

const REF: RowColumn<GrantRef>[] = [
  { type: 'smallint', of: (ref) => ref.lane },
  { type: 'text', of: (ref) => ref.issuerId },
  { type: 'uuid', of: (ref) => ref.grantId },
];

/** Grants as `transit_grant_ref_v1[]`. */
export function grantRows(refs: readonly GrantRef[]) {
  return rowArray('transit_grant_ref_v1', refs, REF);
}

const TAP: RowColumn<TapRecord>[] = [
  ...REF,
  { type: 'integer', of: (tap) => tap.counter },
  { type: 'text', of: (tap) => tap.partnerId },
  { type: 'text', of: (tap) => tap.gateId },
  { type: 'bigint', of: (tap) => tap.sequence },
  { type: 'smallint', of: (tap) => tap.kind },
  { type: 'text', of: (tap) => tap.lineId },
  { type: 'text', of: (tap) => tap.stopId },
  { type: 'bigint', of: (tap) => tap.fareMinor },
  { type: 'bigint', of: (tap) => tap.trustVersion },
  { type: 'timestamptz', of: (tap) => new Date(tap.gateTimeMs) },
  { type: 'timestamptz', of: (tap) => new Date(tap.codeTimeMs) },
  { type: 'text', of: (tap) => tap.subject },
  { type: 'bytea', of: (tap) => tap.codeHash },
  { type: 'bytea', of: (tap) => tap.code },
  { type: 'uuid', of: (tap) => tap.paymentId },
];

/** Taps as `transit_tap_v1[]`. */
export function tapRows(taps: readonly TapRecord[]) {
  return rowArray('transit_tap_v1', taps, TAP);
}

const SIGHTING: RowColumn<SightingRecord>[] = [
  ...REF,
  { type: 'integer', of: (sighting) => sighting.counter },
  { type: 'text', of: (sighting) => sighting.partnerId },
  { type: 'text', of: (sighting) => sighting.gateId },
  { type: 'bigint', of: (sighting) => sighting.sequence },
  { type: 'timestamptz', of: (sighting) => new Date(sighting.gateTimeMs) },
  { type: 'bytea', of: (sighting) => sighting.codeHash },
];

/** Sightings as `transit_sighting_v1[]`. */
export function sightingRows(sightings: readonly SightingRecord[]) {
  return rowArray('transit_sighting_v1', sightings, SIGHTING);
}

const RIDE: RowColumn<RideRecord>[] = [
  { type: 'smallint', of: (ride) => ride.lane },
  { type: 'uuid', of: (ride) => ride.paymentId },
  { type: 'text', of: (ride) => ride.issuerId },
  { type: 'uuid', of: (ride) => ride.grantId },
  { type: 'integer', of: (ride) => ride.firstCounter },
  { type: 'integer', of: (ride) => ride.lastCounter },
  { type: 'text', of: (ride) => ride.partnerId },
  { type: 'text', of: (ride) => ride.lineId },
  { type: 'text', of: (ride) => ride.fromStopId },
  { type: 'text', of: (ride) => ride.toStopId },
  { type: 'timestamptz', of: (ride) => new Date(ride.startTimeMs) },
  { type: 'timestamptz', of: (ride) => dateOf(ride.endTimeMs) },
  { type: 'text', of: (ride) => ride.state },
  { type: 'text', of: (ride) => ride.currencyCode },
  { type: 'bigint', of: (ride) => ride.fareMinor },
  { type: 'text', of: (ride) => ride.fareBasis },
  { type: 'bigint', of: (ride) => ride.giveBackMinor },
  { type: 'text', of: (ride) => ride.subject },
  { type: 'timestamptz', of: (ride) => dateOf(ride.dueAtMs) },
  { type: 'integer', of: (ride) => ride.declineReason },
];

/** Rides as `transit_ride_v2[]`. */
export function rideRows(rides: readonly RideRecord[]) {
  return rowArray('transit_ride_v2', rides, RIDE);
}

const FINDING: RowColumn<FindingRecord>[] = [
  { type: 'smallint', of: (finding) => finding.lane },
  { type: 'uuid', of: (finding) => finding.findingId },
  { type: 'smallint', of: (finding) => finding.kind },
  { type: 'smallint', of: (finding) => finding.liability },
  { type: 'bigint', of: (finding) => finding.amountMinor },
  { type: 'text', of: (finding) => finding.currencyCode },
  { type: 'text', of: (finding) => finding.partnerId },
  { type: 'text', of: (finding) => finding.gateId },
  { type: 'bigint', of: (finding) => finding.sequence },
  { type: 'text', of: (finding) => finding.issuerId },
  { type: 'uuid', of: (finding) => finding.grantId },
  { type: 'integer', of: (finding) => finding.counter },
  { type: 'uuid', of: (finding) => finding.paymentId },
  { type: 'text', of: (finding) => finding.rule },
];

/**
 * Findings as `transit_finding_v1[]`.
 *
 * @param now from when on the wallet operator is told of those that are to be reported
 */
export function findingRows(findings: readonly FindingRecord[], now: Date) {
  const due: RowColumn<FindingRecord> = {
    type: 'timestamptz',
    of: ({ isReported }) => (isReported ? now : undefined),
  };
  return rowArray('transit_finding_v1', findings, [...FINDING, due]);
}

const LOSS: RowColumn<LossRecord>[] = [
  { type: 'smallint', of: (loss) => loss.lane },
  { type: 'uuid', of: (loss) => loss.findingId },
  { type: 'uuid', of: (loss) => loss.paymentId },
  { type: 'text', of: (loss) => loss.issuerId },
  { type: 'uuid', of: (loss) => loss.grantId },
  { type: 'integer', of: (loss) => loss.counter },
  { type: 'text', of: (loss) => loss.partnerId },
  { type: 'text', of: (loss) => loss.lineId },
  { type: 'bigint', of: (loss) => loss.amountMinor },
  { type: 'text', of: (loss) => loss.currencyCode },
];

/** Losses as `transit_loss_v1[]`. */
export function lossRows(losses: readonly LossRecord[]) {
  return rowArray('transit_loss_v1', losses, LOSS);
}

function dateOf(epochMs: number | undefined): Date | undefined {
  return epochMs === undefined ? undefined : new Date(epochMs);
}
