import { element, leaf } from '@causeway/clearing';
import { referenceTo, withoutHyphens } from '../movements.ts';
import {
  counterpartyOf,
  type FiledCurrency,
  type FiledItem,
  type FileWriter,
} from '../window-file.ts';
import { absolute, amount, clearedByUs, closed, institution, opened, theSwitch } from './parts.ts';
import { bankText, schemaRate } from './text.ts';

const ROOT = 'PmtRtr';

/** What ISO 20022 calls a return of funds that the end customer asked for. */
const REFUND_ASKED_FOR = 'MD06';

/** pacs.004: the refunds as funds that are returned; without refunds a message without any. */
export function pacs004(currency: FiledCurrency): FileWriter {
  const { window, sum, refundCount, closedAt } = currency;
  const total = { currencyCode: sum.currencyCode, amountMinor: sum.refundedMinor };
  return {
    begin: () =>
      opened('pacs.004.001.11', ROOT) +
      element(
        'GrpHdr',
        leaf('MsgId', referenceTo('pacs.004', window, sum.currencyCode)),
        leaf('CreDtTm', closedAt.toISOString()),
        leaf('NbOfTxs', String(refundCount)),
        leaf('CtrlSum', absolute(total)),
        amount('TtlRtrdIntrBkSttlmAmt', total),
        leaf('IntrBkSttlmDt', sum.valueDate),
        clearedByUs(),
      ),
    item: (filed) => (filed.line.kind === 'refund' ? returned(currency, filed) : ''),
    end: () => closed(ROOT),
  };
}

function returned({ window, sum }: FiledCurrency, { item, line }: FiledItem): string {
  const isAcquirer = window.participant.kind === 'acquirer';
  const from = isAcquirer
    ? institution('InstgAgt', window.participant.id)
    : theSwitch.institution('InstgAgt');
  const to = isAcquirer
    ? theSwitch.institution('InstdAgt')
    : institution('InstdAgt', window.participant.id);
  const rate = line.rate === '' ? undefined : schemaRate(line.rate);
  const counterparty = counterpartyOf(window, item);
  const about = bankText(`request ${line.requestId} with ${counterparty.id}`, 105);
  return element(
    'TxInf',
    leaf('RtrId', withoutHyphens(item.subjectId)),
    leaf('OrgnlEndToEndId', withoutHyphens(item.paymentId)),
    leaf('OrgnlTxId', withoutHyphens(item.paymentId)),
    amount('RtrdIntrBkSttlmAmt', line.settled),
    leaf('IntrBkSttlmDt', sum.valueDate),
    amount('RtrdInstdAmt', isAcquirer ? line.payer : line.payee),
    rate === undefined ? undefined : leaf('XchgRate', rate),
    from,
    to,
    element('RtrRsnInf', element('Rsn', leaf('Cd', REFUND_ASKED_FOR)), leaf('AddtlInf', about)),
  );
}
