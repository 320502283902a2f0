import { describeFailure } from './checks.ts';
import { type Report, readableMoney } from './report.ts';

/** The report as Markdown, for whoever did not watch. */
export function markdownOf(report: Report): string {
  const { payments, refunds, settlement, scenarios, failures, checks } = report;
  return [
    '# The tour of the sandbox',
    report.ok ? 'All was well.' : `**${failures.length} checks failed.**`,
    ...(failures.length === 0 ? [] : [failures.map((failure) => `- ${failure}`).join('\n')]),
    '## Payments',
    markdownTable(
      [
        'kind',
        'city',
        'merchant',
        'state',
        'payee amount',
        'payer amount',
        'rate',
        'markup bps',
        'payment',
      ],
      payments.map((payment) => [
        payment.kind,
        payment.city,
        payment.merchant,
        [payment.state, payment.decline_reason ?? ''].join(' ').trim(),
        readableMoney(payment.payee),
        readableMoney(payment.payer),
        payment.rate ?? '',
        String(payment.markup_bps ?? ''),
        `\`${payment.payment_id}\``,
      ]),
    ),
    '## Refunds',
    markdownTable(
      ['payment', 'given back', 'received', 'state'],
      refunds.map((refund) => [
        `\`${refund.payment_id}\``,
        readableMoney(refund.payee),
        readableMoney(refund.payer),
        refund.state,
      ]),
    ),
    '## Settlement',
    markdownTable(
      ['participant', 'day', 'items', 'captured', 'refunded', 'fees', 'net', 'value date'],
      settlement.map((sum) => [
        sum.participant,
        sum.clearing_date,
        sum.items,
        ...[sum.captured, sum.refunded, sum.fees, sum.net].map((amount_minor) =>
          readableMoney({ currency_code: sum.currency_code, amount_minor }),
        ),
        sum.value_date,
      ]),
    ),
    '## The verifier',
    `\`\`\`json\n${JSON.stringify(checks, null, 2)}\n\`\`\``,
    '## What was compared',
    ...scenarios.map(({ name, title, checks: compared }) =>
      [
        `### ${title}`,
        '',
        ...compared.map((check) =>
          check.ok ? `- ✓ ${check.what}` : `- ✗ ${describeFailure(name, check)}`,
        ),
      ].join('\n'),
    ),
    '',
  ].join('\n\n');
}

function markdownTable(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}
