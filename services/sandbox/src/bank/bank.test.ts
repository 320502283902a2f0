import type { ItemLine } from '@causeway/clearing';
import { describe, expect, test } from 'vitest';
import { bookedBy, MISDEEDS } from './misbehave.ts';
import { FLAWS, partnerFileOf } from './partner-file.ts';
import { type Movement, statementOf } from './statement.ts';
import { camt053Of, csvOf } from './write.ts';

const moved = (n: number, signedMinor: bigint): Movement => ({
  ...{ reference: `CW-${n}`, signedMinor, valueDate: '2026-12-01', text: `window ${n}` },
});
const DAYS = { fromDate: '2026-12-01', toDate: '2026-12-02' };

describe('the bank', () => {
  test('books each movement once, and its balances follow', () => {
    const entries = bookedBy('JPY', [moved(1, -500n), moved(2, 800n)]);
    const statement = statementOf('JPY', DAYS, entries);
    expect(statement.closingMinor - statement.openingMinor).toBe(300n);
    const later = statementOf('JPY', { fromDate: '2026-12-03', toDate: '2026-12-03' }, entries);
    expect(later).toMatchObject({ openingMinor: statement.closingMinor, entries: [] });
    expect(statementOf('KWD', DAYS, []).openingMinor).toBe(1_000_000_000_000n);
  });

  test('does wrong what it is told to, to one movement each', () => {
    const movements = MISDEEDS.map((_, n) => moved(n, -1_000n - BigInt(n)));
    const entries = bookedBy('JPY', movements, MISDEEDS);
    const of = (n: number) => entries.filter(({ endToEndId }) => endToEndId === `CW-${n}`);
    expect(MISDEEDS.map((_, n) => of(n).length)).toEqual([0, 1, 2, 1, 1]);
    expect(of(1)[0]?.signedMinor).toBe(-1_000n);
    expect(of(3)[0]?.valueDate).toBe('2026-12-02');
    expect(of(4)[0]?.currencyCode).toBe('USD');
  });

  test('writes statements that nothing in a text can break', () => {
    const odd = { ...moved(1, -5n), text: '=1+1, "<a>&' };
    const statement = statementOf('HKD', DAYS, bookedBy('HKD', [odd]));
    expect(camt053Of(statement)).toContain('<Ustrd>=1+1, &quot;&lt;a&gt;&amp;</Ustrd>');
    expect(csvOf(statement)).toContain(`"'=1+1, ""<a>&"`);
    expect(csvOf(statement)).toContain('2,entry,HKD-20261201-20261202,NOSTRO-HKD,debit,HKD,0.05');
  });
});

const item = (n: number): ItemLine => ({
  ...{ kind: 'capture', paymentId: `5d7f4dbb-2a36-8d0c-9a3e-0b7a4f1f0a${10 + n}`, refundId: '' },
  ...{ requestId: `=order-${n}`, merchantId: 'm', counterpartyId: 'harbour-wallet' },
  ...{ occurredAt: '2026-11-30T04:00:00.000Z', acquirerClearingDate: '2026-11-30' },
  issuerClearingDate: '2026-11-30',
  payer: { currencyCode: 'HKD', amountMinor: 100n },
  payee: { currencyCode: 'JPY', amountMinor: 2_000n },
  ...{ midMinor: 100n, markupMinor: 0n, residualMinor: 0n },
  ...{ quoteId: '', rate: '20', midRate: '20', settlementRate: '' },
  settled: { currencyCode: 'JPY', amountMinor: 2_000n },
  ...{ feeMinor: 6n, feeBpsPartMinor: 6n, feeFixedPartMinor: 0n },
});

async function* items(count: number): AsyncGenerator<ItemLine> {
  for (let n = 0; n < count; n += 1) yield item(n);
}

async function fileWith(flaws: Parameters<typeof partnerFileOf>[1]['flaws'], count: number) {
  const lines: string[] = [];
  const derived = { clearingDate: '2026-11-30', flaws, cancelledPaymentId: 'cancelled' };
  for await (const line of partnerFileOf(items(count), derived)) lines.push(line);
  return lines;
}

describe("a partner's own file", () => {
  test('says what the items say', async () => {
    const [, first = '', , last = ''] = await fileWith([], 2);
    expect(first).toBe(
      `1,payment,${item(0).paymentId},'=order-0,,,m,JPY,2000,6,20,2026-11-30,2026-11-30,succeeded,\n`,
    );
    expect(last).toMatch(/^3,end,+\n$/);
  });

  test('has each flaw once, and numbers its lines all the same', async () => {
    const lines = await fileWith(FLAWS, FLAWS.length + 1);
    // One item is left out, one comes twice, three bring a line of their own.
    expect(lines).toHaveLength(FLAWS.length + 1 - 1 + 1 + 3 + 2);
    expect(lines.slice(1).map((line) => Number(line.split(',')[0]))).toEqual(
      lines.slice(1).map((_, index) => index + 1),
    );
    await expect(fileWith(FLAWS, 3)).rejects.toThrow(RangeError);
  });
});
