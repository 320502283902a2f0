import type { Caller } from '@causeway/callers';
import type { Merchant } from '@causeway/proto/acquiring';
import type { Payment } from '@causeway/proto/common';
import type { Wallet } from '@causeway/proto/wallet';
import { isUuid, Refusal } from '@causeway/runtime';
import { type Cli, ISSUERS, OPERATOR_ID } from './cli.ts';
import { type Named, pickNamed } from './input/names.ts';
import { UsageError } from './input/usage.ts';

const PAGE_SIZE = 500;
/** Enough for a stack on one machine; beyond it a wallet is named by its id. */
const MAX_PAGES = 20;

/** A wallet with the operator that issued it. */
export interface IssuedWallet {
  operator: Caller;
  walletId: string;
}

/** The operators that can be asked: the one named with `--as`, else all of this stack. */
function askableIssuers(cli: Cli): Caller[] {
  if (cli.asked !== undefined) return [cli.as(cli.asked)];
  const ids = cli.callers.ids();
  return ISSUERS.filter(({ id }) => ids.includes(id)).map(({ id }) => cli.as(id));
}

/** The wallets of every operator that can be asked, of each the newest first. */
export async function allWallets(cli: Cli): Promise<(IssuedWallet & { wallet: Wallet })[]> {
  const lists = await Promise.all(
    askableIssuers(cli).map(async (operator) => {
      const wallets = await walletsOf(operator);
      return wallets.map((wallet) => ({ operator, walletId: wallet.walletId, wallet }));
    }),
  );
  return lists.flat();
}

async function walletsOf({ wallets: api }: Caller): Promise<Wallet[]> {
  const found: Wallet[] = [];
  let pageToken = '';
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const { wallets, nextPageToken } = await api.listWallets({ pageSize: PAGE_SIZE, pageToken });
    found.push(...wallets);
    pageToken = nextPageToken;
    if (pageToken === '') break;
  }
  return found;
}

/** A wallet by its id, its name or the first letters of it. */
export async function findWallet(cli: Cli, typed: string): Promise<IssuedWallet> {
  if (isUuid(typed)) return issuedWallet(cli, typed);
  const wallets = await allWallets(cli);
  const named = wallets.map(({ operator, walletId, wallet }) => ({
    ...{ operator, walletId },
    ...{ id: walletId, name: wallet.displayName },
  }));
  return pickNamed('wallet', typed, named);
}

async function issuedWallet(cli: Cli, walletId: string): Promise<IssuedWallet> {
  for (const operator of askableIssuers(cli)) {
    if (await known(operator, walletId)) return { operator, walletId };
  }
  throw new Refusal('WALLET_UNKNOWN', `no wallet operator here knows a wallet ${walletId}`);
}

async function known({ wallets }: Caller, walletId: string): Promise<boolean> {
  try {
    await wallets.getWallet({ walletId });
    return true;
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'WALLET_UNKNOWN') return false;
    throw error;
  }
}

/**
 * The partners that can be asked: the one named with `--as`, else all whose certificates are
 * here. A partner sees only its own merchants and payments, so several have to be asked.
 */
export async function askablePartners(cli: Cli): Promise<Caller[]> {
  if (cli.asked !== undefined) return [cli.as(cli.asked)];
  const { partners } = await cli.as(OPERATOR_ID).partners.listPartners({});
  const ids = cli.callers.ids();
  return partners
    .filter(({ partnerId }) => ids.includes(partnerId))
    .map(({ partnerId }) => cli.as(partnerId));
}

/** Who may read a partner's payments: the partner, or the operator where its certificate is not here. */
export interface Reader {
  caller: Caller;
  partnerId: string;
}

/**
 * Who can be asked for the payments of each partner, or only of one: the party named with `--as`, else
 * the partner itself where its certificate is here, else the operator. Throws a UsageError where nobody
 * knows that partner.
 */
export async function paymentReaders(cli: Cli, only?: string): Promise<Reader[]> {
  if (cli.asked !== undefined && cli.asked !== OPERATOR_ID) {
    return [{ caller: cli.as(cli.asked), partnerId: cli.asked }];
  }
  const operator = cli.as(OPERATOR_ID);
  const { partners } = await operator.partners.listPartners({});
  const here = cli.asked === undefined ? cli.callers.ids() : [];
  const readers = partners
    .filter(({ partnerId }) => only === undefined || partnerId === only)
    .map(({ partnerId }) => ({
      caller: here.includes(partnerId) ? cli.as(partnerId) : operator,
      partnerId,
    }));
  if (only === undefined || readers.length > 0) return readers;
  throw new UsageError(`there is no partner "${only}": see "causeway partner list"`);
}

/** A merchant with the partner that signed it. */
export interface SignedMerchant extends Named {
  partner: Caller;
  merchant: Merchant;
}

/** The merchants of every partner that can be asked. */
export async function allMerchants(cli: Cli): Promise<SignedMerchant[]> {
  const partners = await askablePartners(cli);
  const lists = await Promise.all(
    partners.map(async (partner) => {
      const { merchants } = await partner.merchants.listMerchants({
        pageSize: PAGE_SIZE,
        pageToken: '',
      });
      return merchants.map((merchant) => ({
        id: merchant.merchantId,
        name: merchant.displayName,
        partner,
        merchant,
      }));
    }),
  );
  const place = ({ merchant, name }: SignedMerchant) => `${merchant.city} ${name}`;
  return lists.flat().sort((a, b) => place(a).localeCompare(place(b)));
}

/** A merchant by its id, its name or the first letters of it. */
export async function merchantNamed(cli: Cli, typed: string): Promise<SignedMerchant> {
  return pickNamed('merchant', typed, await allMerchants(cli));
}

/** Where something is sold: a merchant with its first store and terminal, and its partner. */
export async function placeNamed(cli: Cli, typed: string) {
  const { partner, id: merchantId } = await merchantNamed(cli, typed);
  const { merchant } = await partner.merchants.getMerchant({ merchantId });
  const store = merchant?.stores[0];
  const storeId = store?.storeId ?? '';
  const terminalId = store?.terminals[0]?.terminalId ?? '';
  return { partner, place: { merchantId, storeId, terminalId } };
}

/**
 * A payment by its id or the acquirer's own, `acme/order-17` where several may have given it, with who
 * may see it. Throws a Refusal PAYMENT_UNKNOWN, or a UsageError where it is that of several.
 */
export async function findPayment(
  cli: Cli,
  typed: string,
): Promise<{ partner: Caller; payment: Payment }> {
  const [, only, ownId = typed] = /^([^/]+)\/(.+)$/.exec(typed) ?? [];
  const key = isUuid(ownId)
    ? { $case: 'paymentId' as const, value: ownId }
    : { $case: 'paymentRequestId' as const, value: ownId };
  const readers = await paymentReaders(cli, only);
  const answers = await Promise.all(
    readers.map(async (reader) => {
      const payment = await readPayment(reader, key);
      return payment === undefined ? [] : [{ partner: reader.caller, payment, reader }];
    }),
  );
  const [found, other] = answers.flat();
  if (found === undefined) {
    throw new Refusal('PAYMENT_UNKNOWN', `no partner here knows a payment ${typed}`);
  }
  if (other === undefined) return found;
  const names = answers.flat().map(({ reader }) => `${reader.partnerId}/${ownId}`);
  throw new UsageError(`several partners have a payment "${ownId}": ${names.join(', ')}`);
}

async function readPayment(
  { caller, partnerId }: Reader,
  key: Parameters<Caller['payments']['getPayment']>[0]['key'],
): Promise<Payment | undefined> {
  try {
    return (await caller.payments.getPayment({ key, partnerId })).payment;
  } catch (error) {
    if (error instanceof Refusal && error.reason === 'PAYMENT_UNKNOWN') return undefined;
    throw error;
  }
}
