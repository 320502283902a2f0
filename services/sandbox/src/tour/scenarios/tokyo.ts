import { compareRates, markupBps, parseRate } from '@causeway/money';
import type { Payment } from '@causeway/proto/common';
import type { RateBoard, RateBoardEntry } from '@causeway/proto/fx';
import { balanceOf, charge, type Payer, requestId, showCode, statementOf } from '../actors.ts';
import { amountChecks, bookedBy, minor } from '../arithmetic.ts';
import { bookedTransfers } from '../books.ts';
import { type Check, holds, inState, same } from '../checks.ts';
import * as say from '../say.ts';
import { columns, heads } from '../screen.ts';
import { placeIn, type Scenario, type Stage } from '../stage.ts';

const COFFEE_BEANS_JPY = 1_280n;

/** The whole way of one payment: board, code, charge, both answers, books. */
export const tokyo: Scenario = {
  name: 'tokyo',
  title: 'A shop in Tokyo: from the rate board to the books',
  async play(stage) {
    const { payer } = stage;
    const before = await balanceOf(payer);
    stage.screen.step('payer', 'opens the wallet app', `available ${hkd(before)}`);

    const shown = await showCode(payer);
    const { board, entry } = boardWith(shown.rateBoard, 'JPY');
    stage.screen.step('wallet', 'makes a one-time code and shows what a Hong Kong dollar buys');
    stage.screen.detail(boardLines(board));
    stage.screen.step(
      'payer',
      `shows the code ${say.code(shown.paymentCode)}`,
      `until ${say.timeOfDay(shown.expireTime)}`,
    );

    const place = placeIn(stage, 'Tokyo');
    const payeeAmount = { currencyCode: 'JPY', amountMinor: COFFEE_BEANS_JPY };
    stage.screen.step(
      'acquirer',
      `sakura charges it for ${place.displayName}`,
      say.money(payeeAmount),
    );
    const { payment } = await charge(stage, {
      place,
      paymentRequestId: requestId(stage, 'tokyo'),
      paymentCode: shown.paymentCode,
      payeeAmount,
    });
    showAnswer(stage, payment);
    return [
      inState('the payment succeeded', 'SUCCEEDED', payment),
      ...rateChecks(payment, entry),
      ...amountChecks(payment),
      ...(await payerChecks(stage, payer, payment, before)),
      ...(await acquirerChecks(stage, payment)),
      ...(await bookChecks(stage, payment)),
    ];
  },
};

function showAnswer(stage: Stage, payment: Payment): void {
  const { conversion } = payment;
  stage.screen.step('switch', `answers ${say.state(payment)}`, say.money(payment.payerAmount));
  if (conversion === undefined) return;
  stage.screen.detail([`1 HKD = ${conversion.rate} JPY all in; middle ${conversion.midRate}`]);
}

/** The charge must not be worse than what the payer was shown, and must say what it is. */
function rateChecks({ conversion }: Payment, entry: RateBoardEntry): Check[] {
  if (conversion === undefined) return [holds('a payment abroad carries its conversion', false)];
  const charged = parseRate(conversion.rate);
  return [
    holds(
      `the rate charged is the rate shown, or better`,
      compareRates(charged, parseRate(entry.rate)) >= 0,
      `${conversion.rate} charged, ${entry.rate} shown`,
    ),
    same(
      `the markup disclosed over ${conversion.referenceSource} is the one charged`,
      markupBps(parseRate(conversion.referenceRate), charged),
      conversion.markupBps,
    ),
  ];
}

async function payerChecks(
  stage: Stage,
  payer: Payer,
  payment: Payment,
  before: bigint,
): Promise<Check[]> {
  const [line] = await statementOf(payer);
  const after = await balanceOf(payer);
  stage.screen.step(
    'payer',
    `reads the statement: ${line?.description ?? '–'}, ${say.money(line?.payeeAmount)} at ${line?.rate ?? '–'}`,
    say.money(line?.amount),
  );
  return [
    same("the payer's newest statement line is this payment", payment.paymentId, line?.paymentId),
    same('it took exactly what was answered', -minor(payment.payerAmount), minor(line?.amount)),
    same('the balance fell by exactly that', before - minor(payment.payerAmount), after),
  ];
}

async function acquirerChecks(stage: Stage, payment: Payment): Promise<Check[]> {
  const acquirer = stage.callers.as(payment.partnerId);
  const { payment: read } = await acquirer.payments.getPayment({
    key: { $case: 'paymentRequestId', value: payment.paymentRequestId },
  });
  stage.screen.step(
    'acquirer',
    `reads the payment by its own id: clears on ${read?.acquirerClearingDate ?? '–'}`,
    say.money(read?.payeeAmount),
  );
  return [
    same('the acquirer reads the payment that it was answered', payment.paymentId, read?.paymentId),
    same('in the same state', payment.state, read?.state),
    same('for exactly what it charged', COFFEE_BEANS_JPY, read?.payeeAmount?.amountMinor),
  ];
}

async function bookChecks(stage: Stage, payment: Payment): Promise<Check[]> {
  const transfers = await bookedTransfers(stage, payment);
  stage.screen.step('books', 'the switch has posted both legs in one commit');
  stage.screen.detail(
    columns(
      transfers.map((transfer) => [
        `Dr ${transfer.debitAccount}`,
        `Cr ${transfer.creditAccount}`,
        say.money(transfer.amount),
      ]),
      [2],
    ),
  );
  const booked = bookedBy(transfers);
  return [
    same(
      'the wallet operator owes what its payer paid',
      minor(payment.payerAmount),
      booked.payerMinor,
    ),
    same('the acquirer is owed what its merchant charged', COFFEE_BEANS_JPY, booked.payeeMinor),
  ];
}

function boardWith(board: RateBoard | undefined, currencyCode: string) {
  const entry = board?.entries.find((line) => line.payeeCurrencyCode === currencyCode);
  if (board === undefined || entry === undefined) throw new Error(`no board shows ${currencyCode}`);
  return { board, entry };
}

function boardLines(board: RateBoard): string[] {
  const source = board.entries[0]?.referenceSource ?? 'reference';
  return columns(
    [
      heads('1 HKD buys', 'all in', 'middle', source, 'markup'),
      ...board.entries.map((entry) => [
        entry.payeeCurrencyCode,
        entry.rate,
        entry.midRate,
        entry.referenceRate,
        say.percent(entry.markupBps),
      ]),
    ],
    [1, 2, 3, 4],
  );
}

function hkd(amountMinor: bigint): string {
  return say.money({ currencyCode: 'HKD', amountMinor });
}
