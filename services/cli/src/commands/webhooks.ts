import type { Caller } from '@causeway/callers';
import { type Delivery, DeliveryState, type Webhook } from '@causeway/proto/acquiring';
import type { Command } from 'commander';
import { type Answer, type Cli, OPERATOR_ID } from '../cli.ts';
import { UsageError } from '../input/usage.ts';
import { wholeNumber } from '../input/whole.ts';
import { jsonOf } from '../output/json.ts';
import { record, table } from '../output/table.ts';
import { moment } from '../output/views.ts';
import { act } from '../run.ts';

const EXAMPLES = `
A webhook belongs to the partner named by --as; an operator, who may look and send again, names it by
--of. Messages follow the Standard Webhooks convention.

Examples:
  causeway webhook put main https://hooks.example.com/causeway --as sakura
  causeway webhook put refunds http://127.0.0.1:9000/ --kind refund.succeeded --as sakura
  causeway webhook deliveries main --undelivered --as sakura
  causeway webhook redeliver main <delivery> --as sakura
  causeway webhook rotate main --overlap 3600 --as sakura
`;

/** `webhook …`: where a partner is told of its payments, and what became of it. */
export function webhookCommands(program: Command): void {
  const webhook = program
    .command('webhook')
    .description('notifications by HTTP, as the partner named by --as')
    .addHelpText('after', EXAMPLES);
  webhook
    .command('list')
    .description('all webhooks of the partner')
    .option('--of <partner>', 'whose, as the operator')
    .action(act(list));
  webhook
    .command('put <webhook> <url>')
    .description('add a webhook, whose secret is shown once, or change one')
    .option('--kind <kind...>', 'only these kinds, such as payment.succeeded')
    .option('--disabled', 'send nothing for now; what happens meanwhile is sent later')
    .action(act(put));
  webhook.command('delete <webhook>').description('end a webhook').action(act(remove));
  webhook
    .command('rotate <webhook>')
    .description('make a new secret; both sign until the overlap is over')
    .option('--overlap <seconds>', 'a day unless given', wholeNumber('--overlap', 0, 604_800))
    .action(act(rotate));
  webhook
    .command('deliveries <webhook>')
    .description('what was sent and what came back, newest first')
    .option('--of <partner>', 'whose, as the operator')
    .option('--undelivered', 'only what waits or was given up')
    .option('--limit <count>', 'at most so many', wholeNumber('--limit', 1, 500), 50)
    .action(act(deliveries));
  webhook
    .command('redeliver <webhook> <delivery>')
    .description('send a notification again, under the same id')
    .option('--of <partner>', 'whose, as the operator')
    .action(act(redeliver));
}

function partnerOf(cli: Cli): Caller {
  if (cli.asked === undefined) throw new UsageError('say whose webhook it is: --as <partner>');
  return cli.as(cli.asked);
}

/** The webhooks of the partner named by `--of`, as the operator, else of the one named by `--as`. */
function readable(cli: Cli, partnerId: string | undefined): Caller {
  return partnerId === undefined ? partnerOf(cli) : cli.as(OPERATOR_ID);
}

async function list(cli: Cli, { of: partnerId }: { of?: string }): Promise<Answer> {
  const { webhooks } = await readable(cli, partnerId).webhooks.listWebhooks({ partnerId });
  const text = table(
    [
      { title: 'webhook' },
      { title: 'url' },
      { title: 'kinds' },
      { title: 'sends' },
      { title: 'waiting', align: 'right' },
      { title: 'since' },
    ],
    webhooks.map(({ webhookId, url, kinds, enabled, waitingCount, createTime }) => [
      webhookId,
      url,
      kinds.join(' ') || 'all',
      enabled ? 'yes' : 'no',
      String(waitingCount),
      moment(createTime),
    ]),
  );
  return { text, data: { webhooks: jsonOf(webhooks) } };
}

async function put(
  cli: Cli,
  webhookId: string,
  url: string,
  { kind: kinds = [], disabled = false }: { kind?: string[]; disabled?: boolean },
): Promise<Answer> {
  const wanted: Webhook = {
    ...{ webhookId, url, kinds, enabled: !disabled },
    ...{ createTime: undefined, waitingCount: 0n },
  };
  const { webhook, secret } = await partnerOf(cli).webhooks.putWebhook({ webhook: wanted });
  const text = record([
    ['webhook', webhookId],
    ['url', webhook?.url ?? ''],
    ['secret', secret === '' ? 'as before' : `${secret} (shown this once)`],
  ]);
  return { text, data: { webhook: jsonOf(webhook), secret } };
}

async function remove(cli: Cli, webhookId: string): Promise<Answer> {
  await partnerOf(cli).webhooks.deleteWebhook({ webhookId });
  return { text: `webhook ${webhookId} has ended`, data: { deleted: true } };
}

async function rotate(
  cli: Cli,
  webhookId: string,
  { overlap: overlapSeconds }: { overlap?: number },
): Promise<Answer> {
  const rotated = await partnerOf(cli).webhooks.rotateWebhookSecret({ webhookId, overlapSeconds });
  const text = record([
    ['webhook', webhookId],
    ['secret', `${rotated.secret} (shown this once)`],
    ['both sign until', moment(rotated.overlapUntilTime)],
  ]);
  return { text, data: jsonOf(rotated) };
}

async function deliveries(
  cli: Cli,
  webhookId: string,
  {
    of: partnerId,
    undelivered: onlyUndelivered = false,
    limit: pageSize,
  }: { of?: string; undelivered?: boolean; limit: number },
): Promise<Answer> {
  const asked = { partnerId, webhookId, pageSize, pageToken: '', onlyUndelivered };
  const { deliveries: found } = await readable(cli, partnerId).webhooks.listDeliveries(asked);
  const text = table(
    [
      { title: 'made' },
      { title: 'delivery' },
      { title: 'kind' },
      { title: 'state' },
      { title: 'tries', align: 'right' },
      { title: 'last answer' },
      { title: 'next try' },
    ],
    found.map((delivery) => [
      moment(delivery.createTime),
      delivery.deliveryId,
      delivery.kind,
      DeliveryState[delivery.state] ?? '',
      String(delivery.attemptCount),
      lastAnswer(delivery),
      moment(delivery.nextAttemptTime),
    ]),
  );
  return { text, data: { deliveries: found.map(deliveryJson) } };
}

async function redeliver(
  cli: Cli,
  webhookId: string,
  deliveryId: string,
  { of: partnerId }: { of?: string },
): Promise<Answer> {
  const asked = { partnerId, webhookId, deliveryId };
  const { delivery } = await readable(cli, partnerId).webhooks.redeliverWebhook(asked);
  if (delivery === undefined) throw new Error('an answer without a delivery');
  return { text: `${deliveryId} is sent again`, data: { delivery: deliveryJson(delivery) } };
}

function lastAnswer({ lastStatus, lastError, attemptCount }: Delivery): string {
  if (lastError !== '') return lastError;
  return attemptCount === 0 || lastStatus === 0 ? '' : `HTTP ${lastStatus}`;
}

function deliveryJson(delivery: Delivery) {
  return jsonOf(delivery, { state: DeliveryState });
}
