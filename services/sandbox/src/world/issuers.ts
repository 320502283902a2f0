/** A wallet operator whose users play the payers. */
export interface SeededIssuer {
  id: string;
  /** The service of the stack that runs its wallets. */
  service: string;
  displayName: string;
  currencyCode: 'HKD';
  countryCode: 'HK';
  /** The six digits with which its payment codes begin. */
  codePrefix: string;
  timeZone: 'Asia/Hong_Kong';
  wallets: readonly SeededWallet[];
}

/** Tiers of limits by their names in the wallet's configuration. */
export type TierName = 'unverified' | 'intermediate' | 'advanced';

/** One seeded wallet. Its name is also what the command line calls it. */
export interface SeededWallet {
  displayName: string;
  tier: TierName;
  /** What it is opened with, in HKD minor units; within what its tier may hold. */
  openingBalanceMinor: bigint;
}

const HONG_KONG = { currencyCode: 'HKD', countryCode: 'HK', timeZone: 'Asia/Hong_Kong' } as const;

/**
 * The first operator: a dozen wallets over all tiers, from nearly empty to well filled, so that
 * every limit can be met by hand. The names are first names of nobody.
 */
export const ISSUER: SeededIssuer = {
  ...HONG_KONG,
  id: 'harbour-wallet',
  service: 'wallet',
  displayName: 'Harbour Wallet',
  codePrefix: '852101',
  wallets: [
    { displayName: 'Kit', tier: 'unverified', openingBalanceMinor: 20_00n },
    { displayName: 'Suki', tier: 'unverified', openingBalanceMinor: 350_00n },
    { displayName: 'Bo', tier: 'unverified', openingBalanceMinor: 1_200_00n },
    { displayName: 'Wing', tier: 'unverified', openingBalanceMinor: 3_000_00n },
    { displayName: 'Mei', tier: 'intermediate', openingBalanceMinor: 2_500_00n },
    { displayName: 'Jun', tier: 'intermediate', openingBalanceMinor: 6_800_00n },
    { displayName: 'Yan', tier: 'intermediate', openingBalanceMinor: 12_000_00n },
    { displayName: 'Tai', tier: 'intermediate', openingBalanceMinor: 40_000_00n },
    { displayName: 'Ada', tier: 'advanced', openingBalanceMinor: 15_000_00n },
    { displayName: 'Leo', tier: 'advanced', openingBalanceMinor: 32_500_00n },
    { displayName: 'Iris', tier: 'advanced', openingBalanceMinor: 64_000_00n },
    { displayName: 'Max', tier: 'advanced', openingBalanceMinor: 100_000_00n },
  ],
};

/**
 * A second operator beside the first, with books of its own. It comes to the switch as any foreign
 * one would: its wallet service shows the operator's certificate, and no service's.
 */
export const SECOND_ISSUER: SeededIssuer = {
  ...HONG_KONG,
  id: 'peak-wallet',
  service: 'peak-wallet',
  displayName: 'Peak Wallet',
  codePrefix: '852202',
  wallets: [
    { displayName: 'Nga', tier: 'unverified', openingBalanceMinor: 900_00n },
    { displayName: 'Hin', tier: 'intermediate', openingBalanceMinor: 5_200_00n },
    { displayName: 'Pak', tier: 'intermediate', openingBalanceMinor: 18_000_00n },
    { displayName: 'Rui', tier: 'advanced', openingBalanceMinor: 55_000_00n },
  ],
};

/** Every wallet operator of the sandbox. */
export const ISSUERS: readonly SeededIssuer[] = [ISSUER, SECOND_ISSUER];
