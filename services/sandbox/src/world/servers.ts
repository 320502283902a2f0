import { LIQUIDITY_PROVIDERS } from './liquidity-providers.ts';
import { CONNECTED_PARTNER_IDS } from './routes.ts';

/** Where the sandbox shows the webhooks that acquirers were sent, by its name among endpoints. */
export const WEBHOOK_RECEIVER = 'webhook-receiver';

/** The endpoint of a partner's connector. */
export function connectorOf(partnerId: string): string {
  return `${partnerId}-connector`;
}

/** Every server that the sandbox runs for its partners, by its name among the endpoints. */
export const SANDBOX_SERVERS: readonly string[] = [
  ...CONNECTED_PARTNER_IDS.map(connectorOf),
  ...LIQUIDITY_PROVIDERS.map(({ id }) => id),
  WEBHOOK_RECEIVER,
];
