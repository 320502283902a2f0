import { openAccounts } from '@causeway/ledger';
import { laneOf, Refusal, uuidBytes, uuidFrom } from '@causeway/runtime';
import type { Cap, Grant, PublicKey } from '@causeway/transit';
import type { Reason } from '../errors.ts';
import { type GrantTerms, grantTermsOf, type Policy } from '../limits/policy.ts';
import { grantsIssued } from '../metrics.ts';
import { lockWallet } from '../wallets/store.ts';
import { assertOwesNothing, assertUsable, type WalletRecord } from '../wallets/wallet.ts';
import { cappedTerms } from './caps.ts';
import type { GrantRecord } from './grant.ts';
import { inLane } from './in-lane.ts';
import { selectKeys } from './keys-store.ts';
import type { TransitOffice } from './office.ts';
import { insertGrant, type Standing, selectGrant, selectStanding } from './store.ts';

/** What an app asks for. */
export interface GrantWish {
  walletId: string;
  requestId: string;
  /** The phone's public key. */
  userKey: PublicKey;
}

/**
 * Signs a grant for a wallet, by what its tier may have, what it owes and what its grants were
 * used for; the same request with the same key answers the same grant.
 *
 * @throws Refusal WALLET_UNKNOWN, WALLET_FROZEN, WALLET_CLOSED, ARREARS_OPEN, TIER_NOT_ALLOWED,
 *   TOO_MANY_GRANTS, GRANT_REFUSED, REQUEST_ID_REUSED
 */
export async function issueGrant(office: TransitOffice, wish: GrantWish): Promise<GrantRecord> {
  const { seal, rules, issuerId } = office;
  if (seal === undefined) throw notAllowed('this operator signs no transit grants');
  const share = await office.exposure.share();
  const issued = await office.db.transaction(async (tx) => {
    const wallet = await lockWallet(tx, wish.walletId);
    const grantId = grantIdOf(issuerId, wish);
    const earlier = await selectGrant(tx, { lane: wallet.lane, grantId });
    if (earlier !== undefined) return { grant: same(earlier, wish), isNew: false };
    assertUsable(wallet.status);
    assertOwesNothing(wallet);
    const full = grantTermsOf(rules.policy, wallet.tier);
    if (full === undefined) throw notAllowed('wallets of this tier get no transit grants');
    const standing = await selectStanding(tx, wallet);
    assertStanding(standing, full);
    const terms = cappedTerms(full, share.percent);
    if (terms === undefined) throw new Refusal<Reason>('GRANT_REFUSED', share.reason);
    const keyId = (await selectKeys(tx)).find(({ state }) => state === 'signing')?.keyId;
    if (keyId === undefined) throw new Error('no key signs transit grants');
    const unsigned = unsignedGrant(wallet, wish, grantId, terms, standing.now.getTime());
    const content = contentOf(office, wallet, wish, unsigned);
    const signedGrant = await seal.grant(keyId, content);
    const grant: GrantRecord = { ...unsigned, keyId, signedGrant };
    // A fare may be lent under it, so what is owed needs its account.
    await openAccounts(tx, [rules.chart.arrearsAccount(wallet)]);
    await insertGrant(tx, grant);
    return { grant, isNew: true };
  });
  if (issued.isNew) grantsIssued.add(1, { share: String(share.percent) });
  return issued.grant;
}

function same(earlier: GrantRecord, { userKey }: GrantWish): GrantRecord {
  if (Buffer.compare(earlier.userKey, userKey.bytes) === 0) return earlier;
  throw new Refusal<Reason>('REQUEST_ID_REUSED', 'the request id was used with another key');
}

/** Grants of a wallet in thirty days of which its operator had to pay something: anybody may be short once. */
const FORGIVEN = 1;

function assertStanding({ alive, cloned, borne }: Standing, { maxGrants }: GrantTerms): void {
  if (cloned > 0) {
    throw new Refusal<Reason>('GRANT_REFUSED', 'a key of this wallet was found in two places');
  }
  // Else one grant after the other could be lost to whoever is paid for its copies, or rides for free.
  if (borne > FORGIVEN) {
    throw new Refusal<Reason>('GRANT_REFUSED', 'rides of this wallet were paid by its operator');
  }
  if (alive < maxGrants) return;
  throw new Refusal<Reason>('TOO_MANY_GRANTS', `a wallet of this tier has at most ${maxGrants}`);
}

function unsignedGrant(
  { lane, walletId }: WalletRecord,
  { requestId, userKey }: GrantWish,
  grantId: string,
  { rideCapMinor, totalCapMinor, maxCodes, validitySeconds }: GrantTerms,
  nowMs: number,
): Omit<GrantRecord, 'keyId' | 'signedGrant'> {
  // Whole seconds, as the grant says them.
  const issuedAtMs = Math.floor(nowMs / 1000) * 1000;
  return {
    ...{ lane, grantId, walletId, requestId, rideCapMinor, totalCapMinor, maxCodes },
    userKey: userKey.bytes,
    ...{ usedMinor: 0n, rideCount: 0, lostMinor: 0n, lostAtMs: undefined, borneMinor: 0n },
    ...{ deniedReason: undefined, deniedAtMs: undefined },
    ...{ issuedAtMs, expiresAtMs: issuedAtMs + validitySeconds * 1000 },
  };
}

/** The grant as gates read it: no wallet stands in it, and a pseudonym that changes each month. */
function contentOf(
  { rules, issuerId }: TransitOffice,
  { walletId, tier }: WalletRecord,
  { userKey }: GrantWish,
  grant: Omit<GrantRecord, 'keyId' | 'signedGrant'>,
): Grant {
  const { currencyCode, transit } = rules.policy;
  const month = new Date(grant.issuedAtMs).toISOString().slice(0, 7);
  const home: Cap = {
    currencyCode,
    singleMinor: grant.rideCapMinor,
    totalMinor: grant.totalCapMinor,
  };
  return {
    ...{ issuer: issuerId, grantId: new Uint8Array(uuidBytes(grant.grantId)), userKey },
    subject: uuidFrom('transit_subject', issuerId, walletId, month).replaceAll('-', ''),
    notBefore: grant.issuedAtMs / 1000,
    expiresAt: grant.expiresAtMs / 1000,
    codes: grant.maxCodes,
    tier: tierNumber(rules.policy, tier),
    caps: [home, ...(transit?.foreign ?? []).map((foreign) => foreignCap(home, foreign))],
    scenes: [],
    fxRule: 'at-upload',
  };
}

/** The tiers in the order of the policy, which begins with those that are known least. */
function tierNumber({ tiers }: Policy, tier: string): number {
  const at = [...tiers.keys()].indexOf(tier);
  return Math.min(Math.max(at + 1, 1), 9);
}

/**
 * The caps abroad: as many units as a careful rate gives, rounded down, so that what a gate lets
 * pass is within the caps at home by the rate of its upload too.
 */
function foreignCap(
  home: Cap,
  { currencyCode, hundredthsPerUnit }: { currencyCode: string; hundredthsPerUnit: bigint },
): Cap {
  const abroad = (minor: bigint) => (minor * hundredthsPerUnit) / 100n;
  const [singleMinor, totalMinor] = [abroad(home.singleMinor), abroad(home.totalMinor)];
  return { currencyCode, singleMinor, totalMinor };
}

/**
 * An id in the wallet's lane, so that a charge under the grant finds it without a look-up. It says
 * nothing else of the wallet: gates see it.
 */
function grantIdOf(issuerId: string, { walletId, requestId }: GrantWish): string {
  return inLane(uuidFrom('transit_grant', issuerId, walletId, requestId), laneOf(walletId));
}

function notAllowed(message: string): Refusal<Reason> {
  return new Refusal('TIER_NOT_ALLOWED', message);
}
