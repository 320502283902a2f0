import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { ItemLine } from '@causeway/clearing';
import { uuidFrom } from '@causeway/runtime';
import { bookedBy, MISDEEDS } from '@causeway/sandbox/bank/misbehave';
import { FLAWS, partnerFileOf } from '@causeway/sandbox/bank/partner-file';
import { type Movement, statementOf } from '@causeway/sandbox/bank/statement';
import { camt053Of, csvOf } from '@causeway/sandbox/bank/write';
import { BankCsv } from '@causeway/settlement/src/reconciliation/readers/bank-csv.ts';
import { Camt053 } from '@causeway/settlement/src/reconciliation/readers/camt053.ts';
import { PartnerCsv } from '@causeway/settlement/src/reconciliation/readers/partner-csv.ts';
import { expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';

const moved = (n: number): Movement => ({
  reference: `CW-${String(n).padStart(32, '0')}`,
  signedMinor: n % 2 ? -1_000n - BigInt(n) : 2_000n + BigInt(n),
  ...{ valueDate: '2026-12-01', text: `=net of "sakura", <${n}> & more` },
});
const DAYS = { fromDate: '2026-11-30', toDate: '2026-12-02' };

test("both forms of the bank's statement are read, and say the same", () => {
  for (const misdeeds of [[], MISDEEDS]) {
    const movements = Array.from({ length: 8 }, (_, n) => moved(n));
    const statement = statementOf('JPY', DAYS, bookedBy('JPY', movements, misdeeds));
    const [csv, camt] = [new BankCsv(), new Camt053()];
    const fromCsv = [...csv.push(Buffer.from(csvOf(statement))), ...csv.end()];
    const fromCamt = [...camt.push(Buffer.from(camt053Of(statement))), ...camt.end()];
    expect(fromCamt).toEqual(fromCsv);
    expect(fromCsv).toHaveLength(statement.entries.length);
    expect(fromCsv.at(-1)).toMatchObject({ endToEndId: moved(7).reference, amountMinor: 1_007n });
    expect(camt.frame).toEqual(csv.frame);
    expect(camt.frame).toMatchObject({ account: 'NOSTRO-JPY', toDate: '2026-12-02' });
  }
});

const SCHEMA = resolve('../shared/data/iso20022/camt.053.001.08.xsd');

test.skipIf(!existsSync(SCHEMA))("the bank's camt.053 is valid by its schema", async () => {
  const movements = Array.from({ length: 8 }, (_, n) => moved(n));
  const statement = statementOf('JPY', DAYS, bookedBy('JPY', movements, MISDEEDS));
  const { errors } = await validateXML({
    xml: [{ fileName: 'statement.xml', contents: camt053Of(statement) }],
    schema: [readFileSync(SCHEMA, 'utf8')],
  });
  expect(errors).toEqual([]);
});

async function* items(): AsyncGenerator<ItemLine> {
  for (let n = 0; n <= FLAWS.length; n += 1) {
    const yen = { currencyCode: 'JPY', amountMinor: 2_000n };
    yield {
      ...{ kind: 'capture', paymentId: uuidFrom('test', String(n)), refundId: '' },
      ...{ requestId: `'=order,${n}`, merchantId: 'kumo', counterpartyId: 'harbour-wallet' },
      ...{ occurredAt: '2026-11-30T04:00:00.000Z', acquirerClearingDate: '2026-11-30' },
      ...{ issuerClearingDate: '2026-11-30', payee: yen, settled: yen },
      payer: { currencyCode: 'HKD', amountMinor: 100n },
      ...{ midMinor: 100n, markupMinor: 0n, residualMinor: 0n },
      ...{ quoteId: '', rate: '20', midRate: '20', settlementRate: '' },
      ...{ feeMinor: 6n, feeBpsPartMinor: 6n, feeFixedPartMinor: 0n },
    };
  }
}

test("a partner's file with every flaw is no bad file", async () => {
  const reader = new PartnerCsv();
  const lines = [];
  const cancelledPaymentId = uuidFrom('test', 'cancelled');
  const derived = { clearingDate: '2026-11-30', flaws: FLAWS, cancelledPaymentId };
  for await (const line of partnerFileOf(items(), derived)) {
    lines.push(...reader.push(Buffer.from(line)));
  }
  lines.push(...reader.end());
  expect(lines).toHaveLength(FLAWS.length + 1 - 1 + 1 + 3);
  expect(lines[0]).toMatchObject({ requestId: "'=order,0", amountMinor: 2_001n, feeMinor: 6n });
});
