/** The wallet operator whose users play the payers. */
export const ISSUER = {
  id: 'harbour-wallet',
  displayName: 'Harbour Wallet',
  currencyCode: 'HKD',
  countryCode: 'HK',
  codePrefix: '852101',
  timeZone: 'Asia/Hong_Kong',
} as const;

/** Tiers of limits by their names in the wallet's configuration. */
export type TierName = 'unverified' | 'intermediate' | 'advanced';

/** One seeded wallet. Its name is also what the command line calls it. */
export interface SeededWallet {
  displayName: string;
  tier: TierName;
  /** What it is opened with, in HKD minor units; within what its tier may hold. */
  openingBalanceMinor: bigint;
}

/**
 * A dozen wallets over all tiers, from nearly empty to well filled, so that every limit can be
 * met by hand. The names are first names of nobody.
 */
export const WALLETS: readonly SeededWallet[] = [
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
];
