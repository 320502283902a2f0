import type { CreateTerminalRequest, Terminal } from '@causeway/proto/acquiring';
import { Refusal, uuidFrom } from '@causeway/runtime';
import { nextChange } from '../directory/store.ts';
import { Fields } from '../fields.ts';
import { assertRoomIn, assertSame, type Merchants, merchantOf, placesOf } from './merchant.ts';
import { insertTerminal } from './store.ts';

/**
 * Adds a terminal to a store; the same request id makes the same terminal. Throws
 * MERCHANT_UNKNOWN, STORE_UNKNOWN, FIELD_INVALID, IDEMPOTENCY_KEY_REUSED.
 */
export async function createTerminal(
  { db, directory }: Merchants,
  partnerId: string,
  { merchantId, storeId, requestId, label }: CreateTerminalRequest,
): Promise<Terminal> {
  const fields = new Fields();
  fields.uuid('merchant_id', merchantId);
  fields.uuid('store_id', storeId);
  fields.identifier('request_id', requestId);
  fields.text('label', label, { max: 64 });
  fields.refuse();

  const asked = { terminalId: uuidFrom('terminal', storeId, requestId), storeId, label };
  await db.transaction(async (tx) => {
    const change = await nextChange(tx);
    await merchantOf(tx, partnerId, merchantId);
    const places = await placesOf(tx, merchantId);
    if (!places.stores.some((store) => store.storeId === storeId)) {
      throw new Refusal('STORE_UNKNOWN', 'this merchant has no such store');
    }
    const earlier = places.terminals.find((one) => one.terminalId === asked.terminalId);
    if (earlier !== undefined) return assertSame(earlier, asked, ['label']);
    assertRoomIn(places);
    await insertTerminal(tx, asked, change);
  });
  directory.learnTerminal(asked);
  return { terminalId: asked.terminalId, label };
}
