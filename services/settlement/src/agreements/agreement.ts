import type { FineBps } from '@causeway/money';
import type { ValueDateRule } from '../calendar/rule.ts';
import { type FeeSchedule, noFees } from '../fees/schedule.ts';
import type { ParticipantRef } from '../participants.ts';

/** How long a clearing day is. */
export interface DayTerms {
  /** IANA name. */
  timeZone: string;
  /** When the day ends, in seconds after midnight there; 0 is midnight. */
  cutOffSeconds: number;
}

/** What is kept back of each day, to cover what may still be taken back. */
export interface Reserve {
  /** Of what was captured. */
  bps: FineBps;
  /** Calendar days after the clearing day, when it is released. */
  days: number;
}

/** Where money goes, as payment files name it. */
export interface PayoutAccount {
  currencyCode: string;
  /** Whose account it is. */
  name: string;
  /** An IBAN, or the number that the bank itself has given it. */
  account: { iban: string } | { localNumber: string };
  /** The bank, by its BIC of 8 or 11 characters. */
  bic: string;
  address: { line: string; city: string; postalCode: string; countryCode: string };
}

/** What was agreed with one participant, as it holds for a clearing day. */
export interface Agreement {
  participant: ParticipantRef;
  /** Counts up per participant; 0 is the agreement of those who have none. */
  version: number;
  /** The first clearing day that it holds for, `YYYY-MM-DD`; empty for version 0. */
  effectiveFrom: string;
  /** The one currency that an acquirer is settled in; absent: those of its payments. */
  settlementCurrencyCode?: string;
  /** Absent: by the terms that routing's directory has for it. */
  day?: DayTerms;
  valueDate: ValueDateRule;
  /**
   * Whether one sum moves for a day and currency: net, what refunds, fees and corrections leave of
   * the captures; gross, the captures one way and all that is taken off them the other way.
   */
  method: 'net' | 'gross';
  /** At most one for a currency. */
  fees: readonly FeeSchedule[];
  /** What is less than this is carried to the next day, in minor units by currency. */
  minimumPayouts: ReadonlyMap<string, bigint>;
  reserve?: Reserve;
  /** At most one for a currency. */
  payoutAccounts: readonly PayoutAccount[];
}

/**
 * What holds for a participant who agreed to nothing else: its payments' own currencies, the days
 * of its entry in routing's directory (which the sandbox and `causeway partner put` end at
 * midnight), money on the next day from Monday to Friday, netted, without fees, minimum or reserve.
 */
export function builtInAgreement(participant: ParticipantRef): Agreement {
  return {
    ...{ participant, version: 0, effectiveFrom: '' },
    valueDate: { businessDays: 1, calendars: [] },
    method: 'net',
    ...{ fees: [], minimumPayouts: new Map(), payoutAccounts: [] },
  };
}

/** What the agreement charges in a currency; nothing where it has no schedule for it. */
export function feeScheduleOf({ fees }: Agreement, currencyCode: string): FeeSchedule {
  return fees.find((schedule) => schedule.currencyCode === currencyCode) ?? noFees(currencyCode);
}
