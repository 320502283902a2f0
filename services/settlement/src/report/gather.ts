import { createHash } from 'node:crypto';
import { readCertificate } from '@causeway/clearing';
import type { Window as WindowMessage } from '@causeway/proto/settlement';
import type { Agreement } from '../agreements/agreement.ts';
import { certificateOf } from '../files/store.ts';
import type { ParticipantRef } from '../participants.ts';
import { chargesOf } from '../postings/store.ts';
import { type DrawUpDeps, firstChargedItems } from '../windows/draw-up.ts';
import { described } from '../windows/get.ts';
import type { Item } from '../windows/item.ts';
import { windowNamed } from '../windows/named.ts';
import type { WindowKey } from '../windows/window.ts';
import {
  asOfOneMoment,
  type FxVolume,
  fxVolumes,
  type HourVolume,
  hourVolumes,
  type MerchantVolume,
  topMerchants,
} from './store.ts';

/** More of these is for the files. */
const MOST_ITEMS = 200;
const MOST_CORRECTIONS = 100;
const MOST_MERCHANTS = 10;
/** Whose day has no zone of its own. */
const NO_ZONE = 'UTC';

/** A correction that the window took. */
export type Correction = Awaited<ReturnType<typeof chargesOf>>[number];

/** What certifies a day. */
export interface CertificateMark {
  /** SHA-256 of the document, 64 hex digits. */
  sha256: string;
  keyId: string;
  roots: readonly { currencyCode: string; treeRoot: string }[];
}

/** All that a report tells. Every list is bounded, however many payments the day has. */
export interface DayReport {
  participant: ParticipantRef;
  clearingDate: string;
  window: WindowMessage;
  timeZone: string;
  hours: readonly HourVolume[];
  fx: readonly FxVolume[];
  merchants: readonly MerchantVolume[];
  corrections: readonly Correction[];
  moreCorrections: number;
  items: readonly Item[];
  certificate: CertificateMark | undefined;
}

/** Reads what a report tells. Throws WINDOW_UNKNOWN. */
export async function gathered(deps: DrawUpDeps, key: WindowKey): Promise<DayReport> {
  const { db } = deps;
  const { participant, clearingDate } = key;
  const window = await windowNamed(db, key);
  const agreement = await agreementOf(deps, key, window.agreementVersion);
  const timeZone = agreement.day?.timeZone ?? NO_ZONE;
  const volumes = await asOfOneMoment(db, async (tx) => {
    const hours = await hourVolumes(tx, key, timeZone);
    const merchants: MerchantVolume[] = [];
    for (const currencyCode of new Set(hours.map((hour) => hour.currencyCode))) {
      merchants.push(...(await topMerchants(tx, key, currencyCode, MOST_MERCHANTS)));
    }
    return { hours, merchants, fx: await fxVolumes(tx, key) };
  });
  const corrections = await chargesOf(db, participant, clearingDate);
  return {
    ...{ participant, clearingDate, timeZone, ...volumes },
    window: await described(db, window),
    corrections: corrections.slice(0, MOST_CORRECTIONS),
    moreCorrections: Math.max(0, corrections.length - MOST_CORRECTIONS),
    items: await firstChargedItems(deps, key, agreement, MOST_ITEMS),
    certificate: await certificateMark(deps, key),
  };
}

function agreementOf(
  { agreements }: DrawUpDeps,
  { participant, clearingDate }: WindowKey,
  version: number | undefined,
): Promise<Agreement> {
  return version === undefined
    ? agreements.inForce(participant, clearingDate)
    : agreements.version(participant, version);
}

async function certificateMark(
  { db }: DrawUpDeps,
  key: WindowKey,
): Promise<CertificateMark | undefined> {
  const found = await certificateOf(db, key);
  if (!found) return undefined;
  const { currencies } = readCertificate(found.document);
  return {
    sha256: createHash('sha256').update(found.document).digest('hex'),
    keyId: found.keyId,
    roots: currencies.map(({ currencyCode, treeRoot }) => ({ currencyCode, treeRoot })),
  };
}
