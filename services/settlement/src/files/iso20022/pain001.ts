import { element, leaf } from '@causeway/clearing';
import { type Movement, movementsIn, referenceTo } from '../movements.ts';
import type { FiledCurrency, FileWriter } from '../window-file.ts';
import {
  absolute,
  amount,
  bankAccount,
  clearingAccount,
  closed,
  dateOnly,
  nostroAccount,
  opened,
  party,
  theSwitch,
} from './parts.ts';
import { bankText } from './text.ts';

const ROOT = 'CstmrCdtTrfInitn';

/**
 * pain.001: what the switch pays out, as it orders it from its bank, on the account that the
 * agreement names. Undefined where it pays nothing: the message cannot be empty.
 */
export function pain001(currency: FiledCurrency): FileWriter | undefined {
  const payouts = movementsIn(currency).filter(({ from }) => from === 'switch');
  if (payouts.length === 0) return undefined;
  const { window, sum, closedAt } = currency;
  const { currencyCode, valueDate } = sum;
  const amountMinor = payouts.reduce((total, payout) => total + payout.amountMinor, 0n);
  const counts = [
    leaf('NbOfTxs', String(payouts.length)),
    leaf('CtrlSum', absolute({ currencyCode, amountMinor })),
  ];
  const bank = element('FinInstnId', element('Othr', leaf('Id', `NOSTRO.${currencyCode}`)));
  return {
    begin: () =>
      opened('pain.001.001.09', ROOT) +
      element(
        'GrpHdr',
        leaf('MsgId', referenceTo('pain.001', window, currencyCode)),
        leaf('CreDtTm', closedAt.toISOString()),
        ...counts,
        theSwitch.party('InitgPty'),
      ),
    end: () =>
      element(
        'PmtInf',
        leaf('PmtInfId', referenceTo('payout', window, currencyCode)),
        leaf('PmtMtd', 'TRF'),
        ...counts,
        dateOnly('ReqdExctnDt', valueDate),
        theSwitch.party('Dbtr'),
        nostroAccount('DbtrAcct', currencyCode),
        element('DbtrAgt', bank),
        ...payouts.map((payout) => transfer(currency, payout)),
      ) + closed(ROOT),
  };
}

function transfer(
  { window, sum, agreement }: FiledCurrency,
  { amountMinor, reference }: Movement,
): string {
  const { participant, clearingDate } = window;
  const { currencyCode } = sum;
  const payout = agreement.payoutAccounts.find((account) => account.currencyCode === currencyCode);
  const creditor =
    payout === undefined
      ? [
          party('Cdtr', participant.id, participant.id),
          clearingAccount('CdtrAcct', participant, currencyCode),
        ]
      : [
          element('CdtrAgt', element('FinInstnId', leaf('BICFI', payout.bic))),
          element('Cdtr', leaf('Nm', bankText(payout.name, 140)), address(payout.address)),
          bankAccount('CdtrAcct', payout),
        ];
  return element(
    'CdtTrfTxInf',
    element('PmtId', leaf('InstrId', reference), leaf('EndToEndId', reference)),
    element('Amt', amount('InstdAmt', { currencyCode, amountMinor })),
    ...creditor,
    element('RmtInf', leaf('Ustrd', `Clearing day ${clearingDate}`)),
  );
}

function address(given: {
  line: string;
  city: string;
  postalCode: string;
  countryCode: string;
}): string {
  const optional = (name: string, text: string, max: number) => {
    const told = bankText(text, max);
    return told === '' ? undefined : leaf(name, told);
  };
  return element(
    'PstlAdr',
    optional('PstCd', given.postalCode, 16),
    optional('TwnNm', given.city, 35),
    optional('Ctry', given.countryCode, 2),
    optional('AdrLine', given.line, 70),
  );
}
