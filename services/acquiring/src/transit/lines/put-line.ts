import type { Database } from '@causeway/db';
import { isPayable } from '@causeway/money';
import type { TransitLine } from '@causeway/proto/acquiring';
import { Refusal } from '@causeway/runtime';
import { Fields } from '../../fields.ts';
import { merchantOf, merchantUnknown, placesOf } from '../../merchants/merchant.ts';
import { countLines, upsertLine } from './store.ts';

const MAX_LINES = 500;
const MAX_PAIRS = 5_000;
const DAY_SECONDS = 86_400;
const LINE_ID = /^[a-z0-9-]{1,32}$/;
const STOP_ID = /^[a-z0-9.-]{1,32}$/;

/**
 * Adds or changes a line of an operator. Rides that are assembled from then on go by it. Throws
 * FIELD_INVALID, CURRENCY_UNKNOWN, MERCHANT_UNKNOWN.
 */
export async function putLine(
  { db }: { db: Database },
  partnerId: string,
  line: TransitLine | undefined,
): Promise<TransitLine> {
  checkLine(line);
  const { merchantId, storeId, currencyCode, timeZone } = line;
  await db.transaction(async (tx) => {
    // As the database has it: another replica may have made the merchant a moment ago.
    const merchant = await merchantOf(tx, partnerId, merchantId);
    const { stores } = await placesOf(tx, merchantId);
    if (storeId !== '' && !stores.some((store) => store.storeId === storeId)) {
      throw merchantUnknown();
    }
    if (!merchant.currencyCodes.includes(currencyCode)) {
      refuse('line.currency_code', 'must be one that the merchant sells in');
    }
    const firstZone = await upsertLine(tx, partnerId, line);
    // Days that were told would overlap days of another zone.
    if (firstZone !== timeZone) refuse('line.time_zone', `must stay ${firstZone}`);
    const count = await countLines(tx, partnerId);
    if (count > MAX_LINES) refuse('line.line_id', `an operator has at most ${MAX_LINES} lines`);
  });
  return line;
}

function refuse(field: string, description: string): never {
  throw new Refusal('FIELD_INVALID', `not valid: ${field}`, { fields: [{ field, description }] });
}

function checkLine(line: TransitLine | undefined): asserts line is TransitLine {
  const fields = new Fields();
  if (line === undefined) {
    fields.wrong('line', 'is required');
    fields.refuse();
    return;
  }
  const form = 'must be 1 to 32 characters of a-z, 0-9 and "-"';
  fields.matches('line.line_id', line.lineId, LINE_ID, form);
  fields.text('line.display_name', line.displayName, { max: 64 });
  fields.uuid('line.merchant_id', line.merchantId);
  fields.optionalUuid('line.store_id', line.storeId);
  if (!isTimeZone(line.timeZone)) fields.wrong('line.time_zone', 'must be an IANA time zone');
  if (fields.currency('line.currency_code', line.currencyCode)) {
    checkFare(fields, line);
    checkTransfer(fields, line);
  }
  fields.refuse();
}

function checkFare(fields: Fields, { fare, currencyCode }: TransitLine): void {
  const amount = (field: string, minor: bigint) => {
    if (!isPayable(minor, currencyCode)) fields.wrong(field, `must be payable in ${currencyCode}`);
  };
  switch (fare?.$case) {
    case 'flat':
      amount('line.flat.fare_minor', fare.value.fareMinor);
      return;
    case 'metered':
      amount('line.metered.max_fare_minor', fare.value.maxFareMinor);
      return;
    case 'distance': {
      const { fares, maxFareMinor, waitSeconds, maxRideSeconds } = fare.value;
      amount('line.distance.max_fare_minor', maxFareMinor);
      fields.within('line.distance.wait_seconds', waitSeconds, 1, 30 * DAY_SECONDS);
      fields.within('line.distance.max_ride_seconds', maxRideSeconds, 60, DAY_SECONDS);
      fields.within('line.distance.fares', fares.length, 1, MAX_PAIRS);
      for (const { fromStopId, toStopId, fareMinor } of fares) {
        fields.matches('line.distance.fares.from_stop_id', fromStopId, STOP_ID, 'must be an id');
        fields.matches('line.distance.fares.to_stop_id', toStopId, STOP_ID, 'must be an id');
        amount('line.distance.fares.fare_minor', fareMinor);
        if (fareMinor > maxFareMinor) {
          fields.wrong('line.distance.fares.fare_minor', 'must not be above the highest fare');
        }
      }
      return;
    }
    case undefined:
      fields.wrong('line.fare', 'is required');
  }
}

function checkTransfer(fields: Fields, { transfer, currencyCode }: TransitLine): void {
  if (transfer === undefined) return;
  fields.within('line.transfer.within_seconds', transfer.withinSeconds, 60, DAY_SECONDS);
  if (!isPayable(transfer.discountMinor, currencyCode)) {
    fields.wrong('line.transfer.discount_minor', `must be payable in ${currencyCode}`);
  }
  for (const lineId of transfer.fromLineIds) {
    fields.matches('line.transfer.from_line_ids', lineId, LINE_ID, 'must be ids of lines');
  }
}

function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z_]+(\/[A-Za-z_]+){0,2}$/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
