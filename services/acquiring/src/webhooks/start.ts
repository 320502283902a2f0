import type { Database } from '@causeway/db';
import type { Runtime } from '@causeway/runtime';
import type { AcquiringConfig } from '../config.ts';
import type { FeedHints } from '../feed/hints.ts';
import { Courier } from './courier.ts';
import { poster } from './post.ts';
import { hostResolve, publicResolve } from './target.ts';
import type { Webhooks } from './webhook.ts';

/** What the contract gives a target to answer in. */
const DEADLINE_MS = 10_000;

/** Starts sending; answers what the operations on webhooks work with. */
export function startWebhooks(
  config: AcquiringConfig,
  { db, runtime, hints }: { db: Database; runtime: Runtime; hints: FeedHints },
): { webhooks: Webhooks; stop(): Promise<void> } {
  const allowPrivate = config.webhookAllowPrivateTargets;
  const policy = { allowPrivate, resolve: allowPrivate ? hostResolve : publicResolve() };
  const keys = config.webhookSecretKeys;
  const { clock, timers } = runtime;
  const { post, close } = poster({ timers, clock, policy, deadlineMs: DEADLINE_MS });
  const courier = new Courier({
    ...{ db, runtime, hints, keys, post },
    maxInFlight: config.webhookMaxInFlight,
    maxInFlightPerWebhook: config.webhookTargetMaxInFlight,
  });
  const stop = async () => {
    await courier.stop();
    close();
  };
  return { webhooks: { db, runtime, keys, policy }, stop };
}
