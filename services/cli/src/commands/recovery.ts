import { RefundState } from '@causeway/proto/common';
import type { GetPaymentStoryResponse } from '@causeway/proto/routing';
import type { Transfer } from '@causeway/proto/settlement';
import { isUuid } from '@causeway/runtime';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { findPayment } from '../lookup.ts';
import { jsonOf } from '../output/json.ts';
import { owedJson, owedTable, whatToDo } from '../output/owed.ts';
import { record, table } from '../output/table.ts';
import { moment, money, paymentJson, paymentRecord, refundTable } from '../output/views.ts';
import { act } from '../run.ts';

const DRIVE_HELP = `
It is the attempt that the switch makes by itself when it is due, so it can do no harm: nobody is
debited or asked twice for it. Exit code 1 where something is owed still.
`;

/** `story`, `drive`: what an operator asks of one payment when something is wrong with it. */
export function recoveryCommands(program: Command): void {
  program
    .command('story <payment>')
    .description(
      'all that is known of one payment, here and at its wallet operator, as the operator',
    )
    .action(act(story));
  program
    .command('drive <payment>')
    .description('try now what a payment and its refunds owe, as the operator')
    .addHelpText('after', DRIVE_HELP)
    .action(act(drive));
}

async function story(cli: Cli, typed: string): Promise<Answer> {
  const paymentId = await paymentIdOf(cli, typed);
  const { recovery, settlement } = cli.as(OPERATOR_ID);
  const told = await recovery.getPaymentStory({ paymentId });
  const { transfers } = await settlement.listPaymentTransfers({ paymentId });
  return {
    text: storyText(told, transfers),
    data: {
      payment: told.payment === undefined ? null : paymentJson(told.payment),
      step: told.step,
      owed: owedJson(told.owed),
      planned_route_ids: told.plannedRouteIds,
      route_id: told.routeId,
      refunds: jsonOf(told.refunds, { state: RefundState }),
      reversals: jsonOf(told.reversals),
      facts: jsonOf(told.facts),
      unpublished_count: told.unpublishedCount,
      issuer_record: jsonOf(told.issuerRecord),
      transfers: jsonOf(transfers),
    },
  };
}

function storyText(told: GetPaymentStoryResponse, transfers: readonly Transfer[]): string {
  const { payment, step, owed, refunds, facts, unpublishedCount } = told;
  const waiting = unpublishedCount > 0 ? [`${unpublishedCount} facts are not published yet`] : [];
  const parts: [string, string][] = [
    ['', payment === undefined ? '' : paymentRecord(payment)],
    ['where it stands', `${step}${routesOf(told)}`],
    ['owed', owed.length === 0 ? '' : [owedTable(owed), whatToDo(owed[0]?.step ?? '')].join('\n')],
    ['its wallet operator says', issuerText(told)],
    ['refunds', refunds.length === 0 ? '' : refundTable(refunds)],
    ['told to undo it', reversalText(told)],
    ['facts', [factText(facts), ...waiting].join('\n')],
    ['booked', transfers.length === 0 ? 'nothing' : transferText(transfers)],
  ];
  return parts
    .filter(([, text]) => text !== '')
    .map(([title, text]) => (title === '' ? text : `${title}:\n${text}`))
    .join('\n\n');
}

function routesOf({ plannedRouteIds, routeId }: GetPaymentStoryResponse): string {
  const plan =
    plannedRouteIds.length > 1 ? `, planned over ${plannedRouteIds.join(', then ')}` : '';
  return routeId === '' ? plan : `, over ${routeId}${plan}`;
}

function issuerText({ issuerRecord }: GetPaymentStoryResponse): string {
  if (issuerRecord === undefined) return '';
  const { state, payerAmount, refundedAmount, failure, createTime } = issuerRecord;
  if (failure !== '') return `nothing: ${failure}`;
  if (state === '') return '';
  return record([
    ['state', state],
    ['amount', money(payerAmount)],
    ['given back', money(refundedAmount)],
    ['first seen', moment(createTime)],
  ]);
}

function reversalText({ reversals }: GetPaymentStoryResponse): string {
  return reversals
    .map(
      ({ routeId, state, checkCount }) => `${routeId}: ${state}, asked ${checkCount} times since`,
    )
    .join('\n');
}

function factText(facts: GetPaymentStoryResponse['facts']): string {
  if (facts.length === 0) return 'none yet: there is no outcome';
  return table(
    [{ title: 'version', align: 'right' }, { title: 'fact' }, { title: 'when' }],
    facts.map(({ version, kind, occurTime }) => [String(version), kind, moment(occurTime)]),
  );
}

function transferText(transfers: readonly Transfer[]): string {
  return table(
    [
      { title: 'step' },
      { title: 'debit' },
      { title: 'credit' },
      { title: 'amount', align: 'right' },
      { title: 'posted' },
    ],
    transfers.map(({ step, debitAccount, creditAccount, amount, postTime }) => [
      ...[step, debitAccount, creditAccount, money(amount), moment(postTime)],
    ]),
  );
}

async function drive(cli: Cli, typed: string): Promise<Answer> {
  const paymentId = await paymentIdOf(cli, typed);
  const { payment, owed } = await cli.as(OPERATOR_ID).recovery.drivePayment({ paymentId });
  if (payment === undefined) throw new Error('an answer without a payment');
  const rest = owed.length === 0 ? 'nothing is owed' : owedTable(owed);
  return {
    text: `${paymentRecord(payment)}\n\n${rest}`,
    data: { payment: paymentJson(payment), owed: owedJson(owed) },
    failed: owed.length > 0,
  };
}

/** Operators see no partner's list, so an acquirer's own id is looked up as its partner. */
async function paymentIdOf(cli: Cli, typed: string): Promise<string> {
  return isUuid(typed) ? typed : (await findPayment(cli, typed)).payment.paymentId;
}
