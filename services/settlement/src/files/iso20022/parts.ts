import { element, leaf, XML_DECLARATION, xmlText } from '@causeway/clearing';
import type { Money } from '@causeway/money';
import type { PayoutAccount } from '../../agreements/agreement.ts';
import type { ParticipantRef } from '../../participants.ts';
import { majorText } from '../csv/major.ts';
import type { FiledCurrency } from '../window-file.ts';
import { bankId, bankText } from './text.ts';

/** How the switch names itself where an id is needed; its participants know it by no other. */
const SWITCH_ID = 'CAUSEWAY';

/** The start of a message in its namespace. */
export function opened(message: string, root: string): string {
  return `${XML_DECLARATION}<Document xmlns="urn:iso:std:iso:20022:tech:xsd:${message}"><${root}>`;
}

/** The end of a message. */
export function closed(root: string): string {
  return `</${root}></Document>\n`;
}

/** An amount without its sign, with all digits of its currency. */
export function amount(name: string, { currencyCode, amountMinor }: Money): string {
  return `<${name} Ccy="${xmlText(currencyCode)}">${absolute({ currencyCode, amountMinor })}</${name}>`;
}

/** The decimal of major units without its sign. */
export function absolute({ currencyCode, amountMinor }: Money): string {
  return majorText({ currencyCode, amountMinor: amountMinor < 0n ? -amountMinor : amountMinor });
}

/** Whether an amount is to the good of the account's owner. */
export function indicator(amountMinor: bigint): string {
  return leaf('CdtDbtInd', amountMinor < 0n ? 'DBIT' : 'CRDT');
}

/**
 * The participant's side of a signed sum of its window: an acquirer is owed what is above zero, a
 * wallet operator owes it.
 */
export function toOwner({ window }: FiledCurrency, signedMinor: bigint): bigint {
  return window.participant.kind === 'acquirer' ? signedMinor : -signedMinor;
}

/** Where the message names an institution: our participants have an id of ours, and no BIC. */
export function institution(name: string, id: string): string {
  const other = element('Othr', leaf('Id', bankId(id, 35)), scheme());
  return element(name, element('FinInstnId', other));
}

/** Where it names anybody. */
export function party(name: string, id: string, displayName?: string): string {
  const other = element('Othr', leaf('Id', bankId(id, 35)), scheme());
  return element(
    name,
    displayName === undefined ? undefined : leaf('Nm', bankText(displayName, 140) || id),
    element('Id', element('OrgId', other)),
  );
}

function scheme(): string {
  return element('SchmeNm', leaf('Prtry', SWITCH_ID));
}

/** The switch among institutions, and among parties. */
export const theSwitch = {
  institution: (name: string) => institution(name, SWITCH_ID),
  party: (name: string) => party(name, SWITCH_ID, 'Causeway'),
};

/** The account that the switch keeps for a participant in one currency. */
export function clearingAccount(
  name: string,
  { id }: ParticipantRef,
  currencyCode: string,
  ...more: string[]
): string {
  return element(
    name,
    element('Id', element('Othr', leaf('Id', bankId(`${id}.${currencyCode}`, 34)))),
    leaf('Ccy', currencyCode),
    ...more,
  );
}

/** The switch's own account at its bank in one currency. */
export function nostroAccount(name: string, currencyCode: string): string {
  const id = element('Id', element('Othr', leaf('Id', `NOSTRO.${currencyCode}`)));
  return element(name, id, leaf('Ccy', currencyCode));
}

/** A participant's own account at its bank. */
export function bankAccount(name: string, { account, currencyCode }: PayoutAccount): string {
  const id =
    'iban' in account
      ? leaf('IBAN', account.iban)
      : element('Othr', leaf('Id', bankId(account.localNumber, 34)));
  return element(name, element('Id', id), leaf('Ccy', currencyCode));
}

/** That money is cleared by the switch itself. */
export function clearedByUs(): string {
  const system = element('ClrSys', leaf('Prtry', SWITCH_ID));
  return element('SttlmInf', leaf('SttlmMtd', 'CLRG'), system);
}

/** What kind of entry it is, in words of ours. */
export function entryCode(name: string): string {
  return element('BkTxCd', element('Prtry', leaf('Cd', name), leaf('Issr', SWITCH_ID)));
}

/** A date where the schema also takes a time. */
export function dateOnly(name: string, date: string): string {
  return element(name, leaf('Dt', date));
}
