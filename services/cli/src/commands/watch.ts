import type { Caller } from '@causeway/callers';
import type { WatchPaymentsResponse } from '@causeway/proto/acquiring';
import type { Command } from 'commander';
import type { Answer, Cli } from '../cli.ts';
import { UsageError } from '../input/usage.ts';
import { wholeNumber } from '../input/whole.ts';
import { askablePartners } from '../lookup.ts';
import { jsonOf } from '../output/json.ts';
import { moment, money, paymentJson, refundJson } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
Examples:
  causeway watch                        every partner's payments as they change, until Ctrl-C
  causeway watch --as sakura --cursor … from where an earlier watch ended
  causeway watch --count 10 --json      for scripts: ten changes, one JSON object a line
`;

/** `watch`: payments as they change. */
export function watchCommands(program: Command): void {
  program
    .command('watch')
    .description("changes of partners' payments, from the beginning or a cursor on, then live")
    .option('--cursor <cursor>', 'only later changes; needs --as, since it is one partner')
    .option('--count <count>', 'end after so many', wholeNumber('--count', 1, 1_000_000))
    .addHelpText('after', EXAMPLES)
    .action(act(watch));
}

async function watch(
  cli: Cli,
  { cursor = '', count = Number.POSITIVE_INFINITY }: { cursor?: string; count?: number },
): Promise<Answer> {
  if (cursor !== '' && cli.asked === undefined) {
    throw new UsageError('a cursor is of one partner: say which with --as');
  }
  const enough = new AbortController();
  process.once('SIGINT', () => enough.abort());
  const cursors: Record<string, string> = {};
  let seen = 0;
  const follow = async (partner: Caller) => {
    const changes = partner.payments.watchPayments({ cursor }, { signal: enough.signal });
    for await (const change of changes) {
      if (seen >= count) return;
      seen += 1;
      cursors[partner.id] = change.cursor;
      cli.show(line(partner.id, change), changeJson(partner.id, change));
      if (seen >= count) enough.abort();
    }
  };
  const partners = await askablePartners(cli);
  await Promise.all(
    partners.map((partner) =>
      follow(partner).catch((error) => {
        if (!enough.signal.aborted) throw error;
      }),
    ),
  );
  return { text: `${seen} changes`, data: { changes: seen, cursors } };
}

function line(partnerId: string, { kind, payment, refund, occurTime }: WatchPaymentsResponse) {
  const amount = money(refund?.payeeAmount ?? payment?.payeeAmount);
  return [
    moment(occurTime),
    partnerId.padEnd(9),
    kind.padEnd(24),
    amount.padStart(14),
    payment?.paymentId ?? '',
  ].join('  ');
}

function changeJson(partnerId: string, change: WatchPaymentsResponse) {
  return {
    partner_id: partnerId,
    cursor: change.cursor,
    kind: change.kind,
    occur_time: jsonOf(change.occurTime),
    payment: change.payment === undefined ? null : paymentJson(change.payment),
    refund: change.refund === undefined ? null : refundJson(change.refund),
  };
}
