import { formatMajor, formatMoney, isCurrency } from '@causeway/money';
import { ParticipantKind } from '@causeway/proto/common';
import {
  type FeeSchedule,
  type PayoutAccount,
  type SettlementAgreement,
  SettlementMethod,
} from '@causeway/proto/settlement';
import { type Json, jsonOf } from './json.ts';
import { record, table } from './table.ts';
import { moment, money, timeOfDay } from './views.ts';

/** An agreement with all that it says. */
export function agreementText(agreement: SettlementAgreement): string {
  const { valueDate, reserve, fees, payoutAccounts, minimumPayouts } = agreement;
  const head = record([
    ['participant', participantText(agreement)],
    ['version', versionText(agreement)],
    ['settled in', agreement.settlementCurrencyCode || 'the currencies of its payments'],
    ['day ends', dayEnd(agreement)],
    ['money moves', valueDate === undefined ? '' : valueDateText(valueDate.businessDays)],
    ['open in', (valueDate?.calendars ?? []).map(({ countryCode }) => countryCode).join(' and ')],
    ['settles', SettlementMethod[agreement.method]?.toLowerCase() ?? ''],
    ['kept back', reserve === undefined ? '' : `${reserve.bps} bps for ${reserve.days} days`],
    ['pays out from', minimumPayouts.map(money).join(', ')],
    ['pays out to', payoutAccounts.map(accountText).join('\n             ')],
  ]);
  if (fees.length === 0) return `${head}\n\nno fees`;
  const columns = [
    { title: 'currency' },
    { title: 'from volume', align: 'right' },
    { title: 'bps', align: 'right' },
    { title: 'fixed', align: 'right' },
    { title: 'least', align: 'right' },
    { title: 'most', align: 'right' },
    { title: 'refundable' },
  ] as const;
  return `${head}\n\n${table(columns, fees.flatMap(feeLines))}`;
}

/** Agreements as lines. */
export function agreementTable(agreements: readonly SettlementAgreement[]): string {
  return table(
    [
      { title: 'participant' },
      { title: 'version', align: 'right' },
      { title: 'from' },
      { title: 'day ends' },
      { title: 'settled in' },
      { title: 'fees' },
      { title: 'stored' },
    ],
    agreements.map((agreement) => [
      participantText(agreement),
      String(agreement.version),
      agreement.effectiveFrom,
      dayEnd(agreement),
      agreement.settlementCurrencyCode || 'own',
      agreement.fees.map(({ currencyCode }) => currencyCode).join(' '),
      moment(agreement.createTime),
    ]),
  );
}

/** An agreement as JSON, in the form that `settlement-agreement put` reads. */
export function agreementJson({ payoutAccounts, ...agreement }: SettlementAgreement): Json {
  const enums = { participantKind: ParticipantKind, method: SettlementMethod };
  const rest = jsonOf(agreement, enums) as { [key: string]: Json };
  return { ...rest, payout_accounts: payoutAccounts.map(accountJson) };
}

function accountJson({ account, ...rest }: PayoutAccount): Json {
  const known = account && { [account.$case]: account.value };
  return jsonOf({ ...rest, ...known });
}

function participantText({ participant }: SettlementAgreement): string {
  const { participantKind = 0, participantId = '' } = participant ?? {};
  return `${(ParticipantKind[participantKind] ?? '').toLowerCase()} ${participantId}`;
}

function versionText({ version, effectiveFrom, operatorId, createTime }: SettlementAgreement) {
  if (version === 0) return '0, which holds for whoever agreed to nothing';
  return `${version}, from ${effectiveFrom}; stored ${moment(createTime)} by ${operatorId}`;
}

function dayEnd({ timeZone, cutOffSeconds }: SettlementAgreement): string {
  return timeZone === '' ? 'as in the directory' : `${timeOfDay(cutOffSeconds)} ${timeZone}`;
}

function valueDateText(businessDays: number): string {
  if (businessDays === 0) return 'the same day';
  return `${businessDays} business day${businessDays === 1 ? '' : 's'} later`;
}

function accountText({ currencyCode, accountName, account, bic }: PayoutAccount): string {
  return `${currencyCode}: ${accountName}, ${account?.value ?? ''} at ${bic}`;
}

function feeLines({ currencyCode, tiers, minMinor, maxMinor, refundable }: FeeSchedule) {
  const major = (minor: bigint) =>
    isCurrency(currencyCode) ? formatMajor(minor, currencyCode) : String(minor);
  return tiers.map(({ fromVolumeMinor, bps, fixedMinor }, index) => [
    index === 0 ? currencyCode : '',
    index === 0 ? '' : formatMoney({ currencyCode, amountMinor: fromVolumeMinor }),
    bps,
    major(fixedMinor),
    index === 0 ? major(minMinor) : '',
    index === 0 && maxMinor !== 0n ? major(maxMinor) : '',
    index === 0 ? (refundable ? 'yes' : 'no') : '',
  ]);
}
