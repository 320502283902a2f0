import { ISSUER } from '@causeway/sandbox';
import { type Loader, uuidSql } from './loader.ts';
import type { Variant } from './variants.ts';
import { loadedWalletIdSql } from './wallets.ts';

/** Which payments are loaded, and of what. */
export interface Past {
  /** The number of the first payment, from 1 on. */
  first: number;
  count: number;
  /** They are paid from the loaded wallets 1 to this. */
  wallets: number;
  /** The moments at which they were paid, the oldest first. */
  variants: readonly Variant[];
}

/** A column with its type and the expression that makes it. */
export type Column = readonly [name: string, type: string, sql: string];

/** All digits, so that ids of one load are equally long. */
const DIGITS = 8;

const PARTS = 4;

/**
 * The variants as a table `past.variants`, with what a service's part of the load adds to each:
 * `types` has the column of each addition.
 */
export async function keepVariants(
  loader: Loader,
  rows: readonly Variant[],
  types: Readonly<Record<string, string>>,
): Promise<void> {
  const all = { variant: 'integer', template: 'integer', shiftSeconds: 'integer', ...types };
  const columns = Object.entries(all).map(([name, type]) => `"${name}" ${type}`);
  await loader.run(`
    CREATE TABLE past.variants (${columns.join(', ')});
    ALTER TABLE past.variants ADD shift interval
      GENERATED ALWAYS AS (make_interval(secs => "shiftSeconds")) STORED`);
  const names = Object.keys(all).map((name) => `"${name}"`);
  await loader.run(
    `INSERT INTO past.variants (${names.join(', ')})
     SELECT * FROM jsonb_to_recordset($1::jsonb) AS v (${columns.join(', ')})`,
    [JSON.stringify(rows)],
  );
  await loader.run('ANALYZE past.variants');
}

/**
 * The plan as a table `past.plan`: a row for each payment with its number, variant, the number
 * of its wallet, `request_id` and `payment_id`, and further columns made of these and of the
 * variant `v`, which must have the partner.
 */
export async function plan(
  loader: Loader,
  { first, count, wallets, variants }: Past,
  more: readonly Column[],
): Promise<void> {
  const typed = more.map(([name, type]) => `, ${name} ${type}`).join('');
  await loader.run(`
    CREATE UNLOGGED TABLE past.plan (
      number integer, variant integer, wallet integer, request_id text, payment_id uuid${typed})`);
  const values = more.map(([name, , sql]) => `, ${sql} AS ${name}`).join('');
  await loader.together(
    numberRanges({ first, count }).map(
      ([from, to]) => `
        INSERT INTO past.plan
        SELECT p.*${values}
          FROM (
            SELECT number, v.variant, 1 + (number::bigint * ${STRIDE} % ${wallets})::integer AS wallet,
                   request_id, ${uuidSql(`'payment'`, 'v.partner', 'request_id')} AS payment_id
              FROM generate_series(${from}, ${to}) AS number
             CROSS JOIN LATERAL (SELECT ${requestIdSql('number')} AS request_id OFFSET 0) AS request
              JOIN past.variants v
                ON v.variant = (number - ${first})::bigint * ${variants.length} / ${count}
            OFFSET 0
          ) AS p JOIN past.variants v USING (variant)`,
    ),
  );
  await loader.run('ANALYZE past.plan');
}

/** A prime, so that neighbours in time are different wallets and each wallet pays as often. */
const STRIDE = 7_919;

const requestIdSql = (number: string) => `'past-' || lpad((${number})::text, ${DIGITS}, '0')`;

/** The payments' numbers cut into ranges, each from its first to its last. */
export function numberRanges({ first, count }: Pick<Past, 'first' | 'count'>): [number, number][] {
  const edge = (part: number) => first + Math.floor((count * part) / PARTS);
  return Array.from({ length: PARTS }, (_, part) => [edge(part), edge(part + 1) - 1]);
}

/** The wallet that pays. */
export const WALLET_ID: Column = ['wallet_id', 'uuid', loadedWalletIdSql('p.wallet')];

/** The quote that the payment was priced by. */
export const QUOTE_ID: Column = ['quote_id', 'uuid', uuidSql(`'quote'`, 'p.payment_id::text')];

/** The intent of a payment is its first version and no fact. */
export const FIRST_TOLD_VERSION = '2';

/** The fact of a payment that succeeded. */
export const FACT_ID: Column = [
  'fact_id',
  'uuid',
  uuidSql(`'fact'`, 'p.payment_id::text', `'${FIRST_TOLD_VERSION}'`),
];

/** The code that was shown, made of the payment's number and the wallet's lane. */
export const codeSql = (walletId: string) =>
  `'${ISSUER.codePrefix}02' || lpad(past.lane_of(${walletId})::text, 2, '0') || lpad(p.number::text, 14, '0')`;

/** The same with its middle masked, as routing keeps it. */
export const PAYER_REFERENCE: Column = [
  'payer_reference',
  'text',
  `'${ISSUER.codePrefix}' || repeat('*', 14) || lpad((p.number % 10000)::text, 4, '0')`,
];
