import { parseBps } from '@causeway/money';
import {
  type PayoutAccount as AccountMessage,
  type FeeSchedule as ScheduleMessage,
  SettlementAgreement,
  SettlementMethod,
} from '@causeway/proto/settlement';
import type { Json } from '../commands/commands.ts';
import type { FeeSchedule } from '../fees/schedule.ts';
import { type ParticipantRef, participantOf, toParticipant } from '../participants.ts';
import type { Agreement, PayoutAccount } from './agreement.ts';
import type { AgreementRow } from './store.ts';

/** The agreement of a message in which nothing is wrong. Throws an Error where something is. */
export function agreementOf(message: SettlementAgreement): Agreement {
  const { version, effectiveFrom, settlementCurrencyCode, timeZone, cutOffSeconds } = message;
  const participant = participantOf(message.participant);
  if (participant === undefined) throw new Error('an agreement without a participant');
  return {
    ...{ participant, version, effectiveFrom },
    ...(settlementCurrencyCode === '' ? {} : { settlementCurrencyCode }),
    ...(timeZone === '' ? {} : { day: { timeZone, cutOffSeconds } }),
    valueDate: message.valueDate ?? { businessDays: 0, calendars: [] },
    method: message.method === SettlementMethod.GROSS ? 'gross' : 'net',
    fees: message.fees.map(scheduleOf),
    minimumPayouts: new Map(
      message.minimumPayouts.map(({ currencyCode, amountMinor }) => [currencyCode, amountMinor]),
    ),
    ...(message.reserve && {
      reserve: { bps: parseBps(message.reserve.bps), days: message.reserve.days },
    }),
    payoutAccounts: message.payoutAccounts.map(accountOf),
  };
}

/** What a command carries of an agreement: what its operator said, and nothing of the switch's own. */
export function bodyOf(message: SettlementAgreement): Json {
  const said = { ...message, version: 0, operatorId: '', createTime: undefined };
  return JSON.parse(JSON.stringify(SettlementAgreement.toJSON(said)));
}

/** The message that a stored agreement is told as. */
export function messageOf({ body, version, operatorId, recordedAt }: AgreementRow) {
  return { ...SettlementAgreement.fromJSON(body), version, operatorId, createTime: recordedAt };
}

/** The built-in agreement as a message. */
export function builtInMessage(participant: ParticipantRef): SettlementAgreement {
  return {
    participant: toParticipant(participant),
    ...{ version: 0, effectiveFrom: '', settlementCurrencyCode: '' },
    ...{ timeZone: '', cutOffSeconds: 0, method: SettlementMethod.NET },
    valueDate: { businessDays: 1, calendars: [] },
    ...{ fees: [], minimumPayouts: [], reserve: undefined, payoutAccounts: [] },
    ...{ operatorId: '', createTime: undefined },
  };
}

function scheduleOf(message: ScheduleMessage): FeeSchedule {
  const { currencyCode, tiers, minMinor, maxMinor, refundable } = message;
  return {
    ...{ currencyCode, minMinor, refundable },
    tiers: tiers.map(({ bps, ...tier }) => ({ ...tier, bps: parseBps(bps) })),
    ...(maxMinor === 0n ? {} : { maxMinor }),
  };
}

function accountOf({ account, address, accountName, ...rest }: AccountMessage): PayoutAccount {
  if (account === undefined || address === undefined) throw new Error('a payout account in parts');
  const { addressLine: line, city, postalCode, countryCode } = address;
  return {
    ...{ ...rest, name: accountName },
    account: account.$case === 'iban' ? { iban: account.value } : { localNumber: account.value },
    address: { line, city, postalCode, countryCode },
  };
}
