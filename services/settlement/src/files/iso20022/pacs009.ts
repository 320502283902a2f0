import { element, leaf } from '@causeway/clearing';
import { type Movement, movementsIn, referenceTo } from '../movements.ts';
import type { FiledCurrency, FileWriter } from '../window-file.ts';
import {
  absolute,
  amount,
  clearedByUs,
  clearingAccount,
  closed,
  institution,
  nostroAccount,
  opened,
  theSwitch,
} from './parts.ts';

const ROOT = 'FICdtTrf';

/**
 * pacs.009: the net settlement as an order between institutions, in whichever direction it goes.
 * Undefined where nothing moves: the message cannot be empty.
 */
export function pacs009(currency: FiledCurrency): FileWriter | undefined {
  const movements = movementsIn(currency);
  if (movements.length === 0) return undefined;
  const { window, sum, closedAt } = currency;
  const totalMinor = movements.reduce((total, { amountMinor }) => total + amountMinor, 0n);
  const total = { currencyCode: sum.currencyCode, amountMinor: totalMinor };
  return {
    begin: () =>
      opened('pacs.009.001.08', ROOT) +
      element(
        'GrpHdr',
        leaf('MsgId', referenceTo('pacs.009', window, sum.currencyCode)),
        leaf('CreDtTm', closedAt.toISOString()),
        leaf('NbOfTxs', String(movements.length)),
        leaf('CtrlSum', absolute(total)),
        amount('TtlIntrBkSttlmAmt', total),
        leaf('IntrBkSttlmDt', sum.valueDate),
        clearedByUs(),
      ),
    end: () => movements.map((movement) => transfer(currency, movement)).join('') + closed(ROOT),
  };
}

function transfer(
  { window, sum }: FiledCurrency,
  { from, amountMinor, reference }: Movement,
): string {
  const { participant, clearingDate } = window;
  const { currencyCode } = sum;
  const ours = (role: string) => [
    theSwitch.institution(role),
    nostroAccount(`${role}Acct`, currencyCode),
  ];
  const theirs = (role: string) => [
    institution(role, participant.id),
    clearingAccount(`${role}Acct`, participant, currencyCode),
  ];
  const [debtor, debtorAccount] = from === 'switch' ? ours('Dbtr') : theirs('Dbtr');
  const [creditor, creditorAccount] = from === 'switch' ? theirs('Cdtr') : ours('Cdtr');
  return element(
    'CdtTrfTxInf',
    element('PmtId', leaf('InstrId', reference), leaf('EndToEndId', reference)),
    amount('IntrBkSttlmAmt', { currencyCode, amountMinor }),
    leaf('IntrBkSttlmDt', sum.valueDate),
    ...[debtor, debtorAccount, creditor, creditorAccount],
    element('RmtInf', leaf('Ustrd', `Clearing day ${clearingDate}`)),
  );
}
