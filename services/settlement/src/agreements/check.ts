import { currency, isCurrency, MAX_AMOUNT_MINOR, MoneyError, parseBps } from '@causeway/money';
import { ParticipantKind } from '@causeway/proto/common';
import {
  type FeeSchedule,
  type HolidayCalendar,
  type SettlementAgreement,
  SettlementMethod,
} from '@causeway/proto/settlement';
import type { RequestFields } from '@causeway/rpc';
import { isDay } from '../calendar/days.ts';
import { hasCalendar } from '../calendar/holidays.ts';
import { participantOf } from '../participants.ts';
import { checkAccount } from './check-account.ts';

const MAX_TIERS = 10;
const MAX_CALENDARS = 2;
const MAX_DAYS = 100;
const MAX_LISTED = 32;
const ID = /^[a-z0-9-]{1,32}$/;

/** Notes everything that is wrong with an agreement by itself, whatever else is stored. */
export async function checkAgreement(
  fields: RequestFields,
  agreement: SettlementAgreement | undefined,
): Promise<void> {
  if (agreement === undefined) {
    fields.wrong('agreement', 'is missing');
    return;
  }
  checkParticipant(fields, agreement);
  checkDays(fields, agreement);
  await checkValueDate(fields, agreement);
  if (agreement.method === SettlementMethod.UNSPECIFIED) {
    fields.wrong('agreement.method', 'must be NET or GROSS');
  }
  checkReserve(fields, agreement);
  const amounts = new Amounts(fields, agreement);
  const { fees, minimumPayouts, payoutAccounts } = agreement;
  amounts.each('agreement.fees', fees, (schedule, field) =>
    checkSchedule(fields, amounts, schedule, field),
  );
  amounts.each('agreement.minimum_payouts', minimumPayouts, (minimum, field) =>
    amounts.payable(`${field}.amount_minor`, minimum.amountMinor, minimum.currencyCode),
  );
  amounts.each('agreement.payout_accounts', payoutAccounts, (account, field) =>
    checkAccount(fields, account, field),
  );
}

function checkParticipant(fields: RequestFields, agreement: SettlementAgreement): void {
  const { participant, settlementCurrencyCode } = agreement;
  if (participantOf(participant) === undefined) {
    fields.wrong('agreement.participant', 'must name an acquirer or a wallet operator');
  } else {
    const id = participant?.participantId ?? '';
    const rule = 'must be 1 to 32 characters of a-z, 0-9 and "-"';
    fields.matches('agreement.participant.participant_id', id, ID, rule);
  }
  if (settlementCurrencyCode === '') return;
  const field = 'agreement.settlement_currency_code';
  if (participant?.participantKind === ParticipantKind.ISSUER) {
    fields.wrong(
      field,
      'must be empty: a wallet operator is settled in the currency of its wallets',
    );
  } else if (!isCurrency(settlementCurrencyCode)) {
    fields.wrong(field, 'is not a known currency');
  }
}

function checkDays(fields: RequestFields, agreement: SettlementAgreement): void {
  const { effectiveFrom, timeZone, cutOffSeconds } = agreement;
  if (!isDay(effectiveFrom)) {
    fields.wrong('agreement.effective_from', 'must be a day, as YYYY-MM-DD');
  }
  if (!isTimeZone(timeZone)) {
    fields.wrong('agreement.time_zone', 'is not an IANA time zone');
  }
  fields.within('agreement.cut_off_seconds', cutOffSeconds, 0, 86_399);
}

async function checkValueDate(fields: RequestFields, agreement: SettlementAgreement) {
  const field = 'agreement.value_date';
  const { valueDate } = agreement;
  if (valueDate === undefined) {
    fields.wrong(field, 'is missing');
    return;
  }
  fields.within(`${field}.business_days`, valueDate.businessDays, 0, 30);
  if (valueDate.calendars.length > MAX_CALENDARS) {
    fields.wrong(`${field}.calendars`, `takes at most ${MAX_CALENDARS}`);
    return;
  }
  for (const [index, calendar] of valueDate.calendars.entries()) {
    await checkCalendar(fields, calendar, `${field}.calendars[${index}]`);
  }
}

async function checkCalendar(fields: RequestFields, calendar: HolidayCalendar, field: string) {
  const { countryCode, extraHolidays, removedHolidays } = calendar;
  if (!(await hasCalendar(countryCode))) {
    fields.wrong(`${field}.country_code`, 'has no calendar here');
  }
  const lists = { extra_holidays: extraHolidays, removed_holidays: removedHolidays };
  for (const [name, days] of Object.entries(lists)) {
    if (days.length > MAX_DAYS || new Set(days).size < days.length || !days.every(isDay)) {
      fields.wrong(`${field}.${name}`, `takes at most ${MAX_DAYS} days, as YYYY-MM-DD, each once`);
    }
  }
  if (extraHolidays.some((day) => removedHolidays.includes(day))) {
    fields.wrong(`${field}.removed_holidays`, 'names a day of extra_holidays');
  }
}

function checkSchedule(
  fields: RequestFields,
  amounts: Amounts,
  { currencyCode, tiers, minMinor, maxMinor }: FeeSchedule,
  field: string,
): void {
  amounts.payable(`${field}.min_minor`, minMinor, currencyCode);
  amounts.payable(`${field}.max_minor`, maxMinor, currencyCode);
  if (maxMinor !== 0n && maxMinor < minMinor) {
    fields.wrong(`${field}.max_minor`, 'is below min_minor; 0 means no maximum');
  }
  if (tiers.length === 0 || tiers.length > MAX_TIERS) {
    fields.wrong(`${field}.tiers`, `takes 1 to ${MAX_TIERS}`);
    return;
  }
  for (const [index, tier] of tiers.entries()) {
    const own = `${field}.tiers[${index}]`;
    checkBps(fields, `${own}.bps`, tier.bps);
    amounts.payable(`${own}.fixed_minor`, tier.fixedMinor, currencyCode);
    const before = tiers[index - 1];
    if (before === undefined && tier.fromVolumeMinor !== 0n) {
      fields.wrong(`${own}.from_volume_minor`, 'must be 0 in the first tier');
    }
    if (before !== undefined && tier.fromVolumeMinor <= before.fromVolumeMinor) {
      fields.wrong(`${own}.from_volume_minor`, 'must be above that of the tier before');
    }
  }
}

function checkReserve(fields: RequestFields, { participant, reserve }: SettlementAgreement): void {
  if (reserve === undefined) return;
  const field = 'agreement.reserve';
  if (participant?.participantKind === ParticipantKind.ISSUER) {
    fields.wrong(field, 'must be empty: nothing is kept back from a wallet operator');
  }
  checkBps(fields, `${field}.bps`, reserve.bps);
  fields.within(`${field}.days`, reserve.days, 1, 366);
}

function checkBps(fields: RequestFields, field: string, bps: string): void {
  try {
    parseBps(bps);
  } catch (error) {
    if (!(error instanceof MoneyError)) throw error;
    fields.wrong(field, 'must be 0 to 10000 basis points with up to four decimals');
  }
}

/** Currencies and amounts of one agreement. */
class Amounts {
  constructor(
    private readonly fields: RequestFields,
    private readonly agreement: SettlementAgreement,
  ) {}

  /** Items of a list with one for each currency that the participant can be settled in. */
  each<Item extends { currencyCode: string }>(
    list: string,
    items: readonly Item[],
    check: (item: Item, field: string) => void,
  ): void {
    if (items.length > MAX_LISTED) {
      this.fields.wrong(list, `takes at most ${MAX_LISTED}`);
      return;
    }
    for (const [index, item] of items.entries()) {
      const field = `${list}[${index}]`;
      this.#currency(`${field}.currency_code`, item.currencyCode);
      if (items.findIndex(({ currencyCode }) => currencyCode === item.currencyCode) < index) {
        this.fields.wrong(`${field}.currency_code`, 'stands there before');
      }
      check(item, field);
    }
  }

  #currency(field: string, code: string): void {
    const { settlementCurrencyCode: only } = this.agreement;
    if (!isCurrency(code)) this.fields.wrong(field, 'is not a known currency');
    else if (only !== '' && only !== code) {
      this.fields.wrong(field, `must be ${only}, which the participant is settled in`);
    }
  }

  /** Not below zero, and payable; of an unknown currency nothing is said. */
  payable(field: string, amountMinor: bigint, code: string): void {
    if (!isCurrency(code)) return;
    const { step } = currency(code);
    if (amountMinor >= 0n && amountMinor <= MAX_AMOUNT_MINOR && amountMinor % step === 0n) return;
    this.fields.wrong(field, `must be minor units from 0 up, a multiple of ${step}`);
  }
}

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}
