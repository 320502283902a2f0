import { decode, type MpmFields, type Price, type Problem, priceOf } from '@causeway/emvqr';
import { isPayable } from '@causeway/money';
import { Refusal } from '@causeway/runtime';
import type { PlacedCode } from '../codes/store.ts';
import { Fields } from '../fields.ts';
import type { Lookup } from '../lookups.ts';
import type { Links } from '../presented/links.ts';
import { isOwn, presentedBy } from '../presented/payload.ts';
import { readForeign } from './foreign-code.ts';
import { readOwn } from './own-code.ts';
import type { Reading } from './reading.ts';
import { unreadable } from './unreadable.ts';

/** What reading works with. */
export interface Reader {
  links: Links;
  findCode: Lookup<PlacedCode>;
}

/** What the largest QR symbol holds. */
const MAX_PAYLOAD_LENGTH = 4_296;

/**
 * Reads what a payer scanned or followed. Throws FIELD_INVALID for no payload or one that is too
 * long; CODE_UNREADABLE with what is wrong with it; CURRENCY_UNSUPPORTED; MERCHANT_UNKNOWN for a
 * code of ours that was never made.
 */
export async function readPayload(
  reader: Reader,
  payload: string,
  deadlineMs: number,
): Promise<Reading> {
  const fields = new Fields();
  if (payload === '' || payload.length > MAX_PAYLOAD_LENGTH) {
    fields.wrong('payload', `must be 1 to ${MAX_PAYLOAD_LENGTH} characters`);
  }
  fields.refuse();
  const linked = reader.links.read(payload);
  if (linked?.kind === 'order') return { ...linked, price: undefined };
  if (linked?.kind === 'agreement') return linked;
  const code = decoded(payload);
  return isOwn(code.fields)
    ? ownReading(reader, code, deadlineMs)
    : readForeign(code.fields, code.price, code.problems);
}

/** A merchant's code as the codec read it. */
interface Code {
  fields: MpmFields;
  price: Price;
  problems: readonly Problem[];
}

function decoded(payload: string): Code {
  const read = decode(payload);
  if (read.mode === 'CPM' && read.ok) {
    throw unreadable('this is a payer’s own code: a merchant scans it, it cannot be paid to');
  }
  if (read.mode === 'CPM' || !read.ok) {
    throw unreadable('this is neither a merchant’s code nor a link of ours', read.problems);
  }
  // Whoever pays must not have to guess which of two accounts or amounts was meant.
  const twice = read.problems.filter((problem) => problem.code === 'DUPLICATE_TAG');
  if (twice.length > 0) throw unreadable('the code says something twice', twice);
  return { fields: read.fields, price: priceIn(read.fields), problems: read.problems };
}

function priceIn(fields: MpmFields): Price {
  const price = priceOf(fields);
  if ('message' in price) {
    if (price.tag !== '53' || !/^[0-9]{3}$/.test(fields.currencyNumeric ?? '')) {
      throw unreadable('the price in the code cannot be read', [price]);
    }
    throw new Refusal('CURRENCY_UNSUPPORTED', 'the currency of the code is not known here');
  }
  for (const money of [price.amount, price.tip.kind === 'fixed' ? price.tip.amount : undefined]) {
    if (money !== undefined && !isPayable(money.amountMinor, money.currencyCode)) {
      throw unreadable(`the code asks for an amount that cannot be paid in ${money.currencyCode}`);
    }
  }
  if (fields.tipIndicator === '02' && fields.convenienceFeeFixed === undefined) {
    throw unreadable('the code adds a fee and does not say which');
  }
  return price;
}

async function ownReading(
  { findCode, links }: Reader,
  { fields, price }: Code,
  deadlineMs: number,
): Promise<Reading> {
  const presented = presentedBy(fields);
  if (presented === undefined) throw unreadable('the code of this switch holds no id');
  if (presented.kind === 'order') {
    const { kind, paymentId, tag } = presented;
    if (!links.isOrderTag(paymentId, tag)) throw unreadable('nobody here made the code');
    return { kind, paymentId, price };
  }
  const code = await findCode(presented.codeId, deadlineMs);
  if (code === undefined) throw new Refusal('MERCHANT_UNKNOWN', 'nobody here made this code');
  return readOwn(code, price);
}
