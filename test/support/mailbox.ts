import { until } from './until.ts';
import type { World } from './world.ts';

/** A message as the sandbox's receiver of webhooks kept it. */
export interface Message {
  /** The `webhook-id`. */
  id: string;
  /** The HTTP status that it was answered. */
  status: number;
  /** What was wrong with it; empty where its signature holds. */
  problem: string;
  body: string;
}

/** Where a webhook of a test leads. */
export interface Mailbox {
  url: string;
  /** Says by which secret messages must be signed, and how many are answered 500 first. */
  expectSecret(secret: string, failures?: number): Promise<void>;
  /** What has arrived, once there is enough of it; what there is, where that takes too long. */
  messages(enough: (messages: readonly Message[]) => boolean): Promise<readonly Message[]>;
}

/** A mailbox of its own at the sandbox's receiver. */
export function openMailbox(world: World): Mailbox {
  const receiver = world.stack.endpoints['webhook-receiver'];
  const url = `http://${receiver}/mailboxes/${world.id('mail')}`;
  return {
    url,
    async expectSecret(secret, failures = 0) {
      await fetch(url, { method: 'PUT', body: JSON.stringify({ secret, failures }) });
    },
    messages: (enough) =>
      until(async () => {
        const shown = (await (await fetch(url)).json()) as { received?: Message[] };
        return shown.received ?? [];
      }, enough),
  };
}
