import { FileRefused } from './file-refused.ts';
import type { Reader } from './reader.ts';

/** A participant's file with two payments and a refund. */
export const PARTNER_FILE = [
  'line,record,payment_id,request_id,refund_id,refund_request_id,merchant_id,currency_code,amount_minor,fee_minor,rate,clearing_date,occurred_on,status,reference',
  '1,payment,5d7f4dbb-2a36-8d0c-9a3e-0b7a4f1f0a11,order-1,,,kumo,JPY,1280,6,19.683,2026-11-16,2026-11-16,succeeded,till 3',
  `2,payment,,"'=order,2",,,kumo,JPY,500,,,2026-11-16,,succeeded,"said ""thanks"""`,
  '3,refund,5d7f4dbb-2a36-8d0c-9a3e-0b7a4f1f0a11,,,r-1,,JPY,280,-1,19.6830,2026-11-16,,pending,咖啡',
  '4,end,,,,,,,,,,,,,',
  '',
].join('\n');

/** A bank's statement of one day with a receipt and a payout. */
export const BANK_FILE = [
  'line,record,statement_id,account,direction,currency_code,amount,booking_date,value_date,status,reversal,entry_reference,end_to_end_id,reference',
  '1,opening,S-1,NOSTRO-HKD,credit,HKD,1000.00,2026-11-16,,,,,,',
  '2,entry,S-1,NOSTRO-HKD,credit,HKD,250.5,2026-11-16,2026-11-17,booked,,B-1,e2e-1,net of 16 November',
  '3,entry,S-1,NOSTRO-HKD,debit,HKD,50.25,2026-11-17,,,true,B-2,,',
  '4,closing,S-1,NOSTRO-HKD,credit,HKD,1200.25,2026-11-17,,,,,,',
  '',
].join('\n');

const amount = (tag: string, value: string) => `<${tag} Ccy="HKD">${value}</${tag}>`;
const balance = (code: string, value: string, day: string) =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amount('Amt', value)}<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>${day}</Dt></Dt></Bal>`;
const CODE = '<BkTxCd><Prtry><Cd>NTRF</Cd></Prtry></BkTxCd>';

/** The same statement as camt.053, whose payout is booked in one sum of two payments. */
export const CAMT_FILE = `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">
  <BkToCstmrStmt>
    <GrpHdr><MsgId>M-1</MsgId><CreDtTm>2026-11-17T20:00:00Z</CreDtTm></GrpHdr>
    <Stmt>
      <Id>S-1</Id>
      <FrToDt><FrDtTm>2026-11-16T00:00:00+08:00</FrDtTm><ToDtTm>2026-11-17T23:59:59+08:00</ToDtTm></FrToDt>
      <Acct><Id><Othr><Id>NOSTRO-HKD</Id></Othr></Id><Ccy>HKD</Ccy></Acct>
      ${balance('OPBD', '1000.00', '2026-11-16')}
      ${balance('CLBD', '1200.25', '2026-11-17')}
      <Ntry>
        ${amount('Amt', '250.50')}<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><Dt>2026-11-16</Dt></BookgDt><ValDt><Dt>2026-11-17</Dt></ValDt><AcctSvcrRef>B-1</AcctSvcrRef>${CODE}
        <NtryDtls><TxDtls><Refs><EndToEndId>e2e-1</EndToEndId></Refs><RmtInf><Ustrd>net of 16 November &amp; more</Ustrd></RmtInf></TxDtls></NtryDtls>
      </Ntry>
      <Ntry>
        ${amount('Amt', '50.25')}<CdtDbtInd>DBIT</CdtDbtInd><RvslInd>true</RvslInd><Sts><Cd>BOOK</Cd></Sts>
        <BookgDt><DtTm>2026-11-17T09:00:00+08:00</DtTm></BookgDt><AcctSvcrRef>B-2</AcctSvcrRef>${CODE}
        <NtryDtls>
          <TxDtls><Refs><EndToEndId>NOTPROVIDED</EndToEndId></Refs>${amount('Amt', '50.00')}<CdtDbtInd>DBIT</CdtDbtInd></TxDtls>
          <TxDtls><Refs><EndToEndId>e2e-2</EndToEndId></Refs>${amount('Amt', '0.25')}<CdtDbtInd>DBIT</CdtDbtInd></TxDtls>
        </NtryDtls>
      </Ntry>
    </Stmt>
  </BkToCstmrStmt>
</Document>
`;

/** All that a reader makes of a file which comes in pieces of some size. */
export function readWhole<Line>(
  reader: Reader<Line>,
  file: string | Uint8Array,
  pieceBytes = 7,
): Line[] {
  const bytes = Buffer.from(file);
  const lines: Line[] = [];
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    lines.push(...reader.push(bytes.subarray(at, at + pieceBytes)));
  }
  return [...lines, ...reader.end()];
}

/** Where a reader refuses a file and why, `line:column problem`; 'taken' where it does not. */
export function verdict(
  reader: Reader<unknown>,
  file: string | Uint8Array,
  pieceBytes = 7,
): string {
  try {
    readWhole(reader, file, pieceBytes);
    return 'taken';
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error;
    return `${error.line}:${error.column} ${error.problem}`;
  }
}
