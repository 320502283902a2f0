import { isAccount, type MpmFields, type Template, tagOf } from './fields.ts';

/** A scheme of the region by the identifiers that its merchant accounts carry. */
export interface Scheme {
  /** The identifier in the case in which the scheme publishes it. */
  readonly guid: string;
  readonly name: string;
  /** ISO 3166-1. */
  readonly country: string;
}

/** The globally unique identifiers that routing knows, as their schemes publish them. */
export const GUID = {
  fps: 'hk.com.hkicl',
  payNow: 'SG.PAYNOW',
  nets: 'SG.COM.NETS',
  sgqr: 'SG.SGQR',
  promptPayTransfer: 'A000000677010111',
  promptPayBill: 'A000000677010112',
  duitNow: 'A0000006150001',
  jpqr: 'jp.or.paymentsjapan',
  qris: 'ID.CO.QRIS.WWW',
  qrPhMerchant: 'ph.ppmi.p2m',
  qrPhPerson: 'com.p2pqrpay',
} as const;

const SCHEMES: ReadonlyMap<string, Scheme> = new Map(
  (
    [
      [GUID.fps, 'FPS', 'HK'],
      [GUID.payNow, 'PayNow', 'SG'],
      [GUID.nets, 'NETS', 'SG'],
      [GUID.sgqr, 'SGQR', 'SG'],
      [GUID.promptPayTransfer, 'PromptPay', 'TH'],
      [GUID.promptPayBill, 'PromptPay bill payment', 'TH'],
      [GUID.duitNow, 'DuitNow', 'MY'],
      [GUID.jpqr, 'JPQR', 'JP'],
      [GUID.qris, 'QRIS', 'ID'],
      [GUID.qrPhMerchant, 'QR Ph', 'PH'],
      [GUID.qrPhPerson, 'QR Ph person to person', 'PH'],
    ] as const
  ).map(([guid, name, country]) => [guid.toLowerCase(), { guid, name, country }]),
);

/** One way to pay the merchant of a code. */
export interface MerchantAccount {
  /** '02' to '51'. */
  tag: string;
  /** As it stands in the code; absent for card networks (02 to 25) and malformed templates. */
  guid?: string;
  /** Absent for schemes that are not known here. */
  scheme?: Scheme;
  value: Template | string;
}

/** The merchant accounts of a code, in its order. Several schemes can stand in one code. */
export function merchantAccounts(fields: MpmFields): MerchantAccount[] {
  const named: [string, Template | string][] = Object.entries(fields);
  return named.flatMap(([name, value]) => {
    const tag = tagOf(name);
    return tag !== undefined && isAccount(tag) ? [account(tag, value)] : [];
  });
}

/** The account of a scheme by its GUID, in any case; undefined where the code has none. */
export function merchantAccountOf(fields: MpmFields, guid: string): MerchantAccount | undefined {
  const wanted = guid.toLowerCase();
  return merchantAccounts(fields).find((one) => one.guid?.toLowerCase() === wanted);
}

function account(tag: string, value: Template | string): MerchantAccount {
  const guid = typeof value === 'string' ? undefined : value['00'];
  if (guid === undefined) return { tag, value };
  const scheme = SCHEMES.get(guid.toLowerCase());
  return scheme === undefined ? { tag, guid, value } : { tag, guid, scheme, value };
}
