import { element, leaf, textCell, XML_DECLARATION } from '@causeway/clearing';
import { formatMajor } from '@causeway/money';
import type { Entry, Statement } from './statement.ts';

const NAMESPACE = 'urn:iso:std:iso:20022:tech:xsd:camt.053.001.08';
const absolute = (minor: bigint) => (minor < 0n ? -minor : minor);

/** The statement as camt.053.001.08. */
export function camt053Of(statement: Statement): string {
  const { statementId, account, currencyCode, fromDate, toDate, entries } = statement;
  const body = element(
    'BkToCstmrStmt',
    element('GrpHdr', leaf('MsgId', statementId), leaf('CreDtTm', `${toDate}T23:59:59Z`)),
    element(
      'Stmt',
      leaf('Id', statementId),
      leaf('CreDtTm', `${toDate}T23:59:59Z`),
      element(
        'FrToDt',
        leaf('FrDtTm', `${fromDate}T00:00:00Z`),
        leaf('ToDtTm', `${toDate}T23:59:59Z`),
      ),
      element(
        'Acct',
        element('Id', element('Othr', leaf('Id', account))),
        leaf('Ccy', currencyCode),
      ),
      balance('OPBD', statement.openingMinor, currencyCode, fromDate),
      balance('CLBD', statement.closingMinor, currencyCode, toDate),
      ...entries.map(entryElement),
    ),
  );
  return `${XML_DECLARATION}<Document xmlns="${NAMESPACE}">${body}</Document>\n`;
}

function amount(minor: bigint, currencyCode: string): string {
  return `<Amt Ccy="${currencyCode}">${formatMajor(absolute(minor), currencyCode)}</Amt>`;
}

const direction = (minor: bigint) => leaf('CdtDbtInd', minor < 0n ? 'DBIT' : 'CRDT');

function balance(code: string, minor: bigint, currencyCode: string, day: string): string {
  return element(
    'Bal',
    element('Tp', element('CdOrPrtry', leaf('Cd', code))),
    amount(minor, currencyCode),
    direction(minor),
    element('Dt', leaf('Dt', day)),
  );
}

function entryElement(entry: Entry): string {
  return element(
    'Ntry',
    leaf('NtryRef', entry.entryReference),
    amount(entry.signedMinor, entry.currencyCode),
    direction(entry.signedMinor),
    element('Sts', leaf('Cd', 'BOOK')),
    element('BookgDt', leaf('Dt', entry.valueDate)),
    element('ValDt', leaf('Dt', entry.valueDate)),
    leaf('AcctSvcrRef', entry.entryReference),
    element('BkTxCd', element('Prtry', leaf('Cd', 'NTRF'))),
    element(
      'NtryDtls',
      element(
        'TxDtls',
        element('Refs', leaf('EndToEndId', entry.endToEndId || 'NOTPROVIDED')),
        element('RmtInf', leaf('Ustrd', entry.text.slice(0, 140))),
      ),
    ),
  );
}

const COLUMNS =
  'line,record,statement_id,account,direction,currency_code,amount,booking_date,value_date,' +
  'status,reversal,entry_reference,end_to_end_id,reference';

/** The statement as CSV. */
export function csvOf(statement: Statement): string {
  const { statementId, account, currencyCode, fromDate, toDate, entries } = statement;
  const head = (record: string) => [record, statementId, account];
  const lines = [
    [
      ...[...head('opening'), ...sum(statement.openingMinor, currencyCode), fromDate],
      ...['', '', '', '', '', ''],
    ],
    ...entries.map((entry) => [
      ...[...head('entry'), ...sum(entry.signedMinor, entry.currencyCode)],
      ...[entry.valueDate, entry.valueDate, 'booked', 'false'],
      ...[entry.entryReference, entry.endToEndId, textCell(entry.text)],
    ]),
    [
      ...[...head('closing'), ...sum(statement.closingMinor, currencyCode), toDate],
      ...['', '', '', '', '', ''],
    ],
  ];
  const numbered = lines.map((cells, index) => [String(index + 1), ...cells].join(','));
  return `${[COLUMNS, ...numbered].join('\n')}\n`;
}

function sum(minor: bigint, currencyCode: string): string[] {
  const sign = minor < 0n ? 'debit' : 'credit';
  return [sign, currencyCode, formatMajor(absolute(minor), currencyCode)];
}
