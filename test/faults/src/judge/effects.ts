import type { Call, ClientLog } from '../clients/log.ts';
import type { Finding } from '../finding.ts';
import type { Owner, Read } from './databases.ts';

/** What an answer promises is in a database. */
interface Promised {
  owner: Owner;
  /** Answers `id`, one text for each of them. */
  sql: string;
  /** The id that the answer gave; undefined where it promised nothing. */
  idOf(call: { request: Fields; response: Fields }): string | undefined;
}

/** A message as it was sent, of which only strings and messages matter here. */
type Fields = { readonly [name: string]: Fields | string | undefined } | undefined;

const textOf = (value: Fields | string) => (typeof value === 'string' ? value : undefined);
const inside = (message: Fields, field: string, name: string) => {
  const found = message?.[field];
  return typeof found === 'object' ? textOf(found[name]) : undefined;
};

/** Every effect besides payments and refunds that clients ask for, by the method that answers it. */
const PROMISES: Readonly<Record<string, Promised>> = {
  'wallets.openWallet': {
    ...{ owner: 'wallets', sql: 'SELECT wallet_id::text AS id FROM wallets' },
    idOf: ({ response }) => inside(response, 'wallet', 'walletId'),
  },
  'wallets.topUp': {
    owner: 'wallets',
    sql: "SELECT wallet_id || ' ' || request_id AS id FROM fund_movements WHERE kind = 'top_up'",
    idOf: ({ request }) => `${textOf(request?.walletId)} ${textOf(request?.requestId)}`,
  },
  'wallets.signAgreement': {
    ...{ owner: 'wallets', sql: 'SELECT agreement_id::text AS id FROM agreements' },
    idOf: ({ response }) => inside(response, 'agreement', 'agreementId'),
  },
  'float.recordSettlement': {
    ...{ owner: 'wallets', sql: 'SELECT clearing_date::text AS id FROM switch_settlements' },
    idOf: ({ request }) => textOf(request?.clearingDate),
  },
  'merchants.createMerchant': {
    ...{ owner: 'acquiring', sql: 'SELECT merchant_id::text AS id FROM merchants' },
    idOf: ({ response }) => inside(response, 'merchant', 'merchantId'),
  },
  'codes.createMerchantCode': {
    ...{ owner: 'acquiring', sql: 'SELECT code_id AS id FROM merchant_codes' },
    idOf: ({ response }) => inside(response, 'merchantCode', 'codeId'),
  },
  'agreements.createAgreement': {
    ...{ owner: 'acquiring', sql: 'SELECT agreement_id::text AS id FROM agreements' },
    idOf: ({ response }) => inside(response, 'agreement', 'agreementId'),
  },
  'adjustments.postAdjustment': {
    ...{ owner: 'settlement', sql: 'SELECT adjustment_id::text AS id FROM adjustments' },
    idOf: ({ response }) => inside(response, 'adjustment', 'adjustmentId'),
  },
  'disputes.openDispute': {
    ...{ owner: 'settlement', sql: 'SELECT dispute_id::text AS id FROM disputes' },
    idOf: ({ response }) => inside(response, 'dispute', 'disputeId'),
  },
  'treasury.coverExposure': {
    ...{ owner: 'fx', sql: 'SELECT trade_id::text AS id FROM cover_trades' },
    idOf: ({ response }) => inside(response, 'trade', 'tradeId'),
  },
};

/** Holds every answered effect of another kind to the database that must have it. */
export async function judgeEffects({ effects }: ClientLog, read: Read): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const [method, promised] of Object.entries(PROMISES)) {
    const calls = effects.filter((call) => call.method === method && call.outcome === 'answered');
    if (calls.length === 0) continue;
    const rows = await read<{ id: string }>(promised.owner, promised.sql);
    const ids = new Set(rows.map(({ id }) => id));
    for (const call of calls) {
      const id = promised.idOf(fieldsOf(call));
      if (id === undefined) found.push({ kind: 'wrong', what: `${method} answered no id` });
      else if (!ids.has(id)) {
        found.push({ kind: 'lost', what: `${method} answered ${id}, which is not recorded` });
      }
    }
  }
  return found;
}

function fieldsOf({ request, response }: Call): { request: Fields; response: Fields } {
  return { request: request as Fields, response: response as Fields };
}
