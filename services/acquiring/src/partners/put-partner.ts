import type { Database } from '@causeway/db';
import type { Partner } from '@causeway/proto/acquiring';
import type { Directory } from '../directory/directory.ts';
import { nextChange } from '../directory/store.ts';
import { Fields } from '../fields.ts';
import { upsertPartner } from './store.ts';

/**
 * Adds or changes a partner. It is known to this replica at once and to the others within half a
 * second. Throws FIELD_INVALID.
 */
export async function putPartner(
  { db, directory }: { db: Database; directory: Directory },
  partner: Partner | undefined,
): Promise<Partner> {
  checkPartner(partner);
  await db.transaction(async (tx) => upsertPartner(tx, partner, await nextChange(tx)));
  directory.learnPartner(partner.partnerId);
  return partner;
}

function checkPartner(partner: Partner | undefined): asserts partner is Partner {
  const fields = new Fields();
  if (partner === undefined) {
    fields.wrong('partner', 'is required');
    fields.refuse();
    return;
  }
  const { partnerId, displayName, countryCode } = partner;
  const form = 'must be 1 to 32 characters of a-z, 0-9 and "-"';
  fields.matches('partner.partner_id', partnerId, /^[a-z0-9-]{1,32}$/, form);
  fields.text('partner.display_name', displayName, { max: 64 });
  fields.country('partner.country_code', countryCode);
  fields.refuse();
}
