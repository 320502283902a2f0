import type { Runtime } from '@causeway/runtime';
import { loadAcquiring } from './acquiring.ts';
import { codeHashKeyOf, loadCharges } from './charges.ts';
import { type Loader, load } from './loader.ts';
import type { Past } from './plan.ts';
import { loadRouting } from './routing.ts';
import { loadSettlement } from './settlement.ts';
import { type Loadable, makeTemplates, type Template } from './templates.ts';
import { variantsFor } from './variants.ts';

/** Which payments. */
export interface LoadedPayments {
  /** The number of the first, from 1 on; 1 unless given. */
  first?: number;
  count: number;
  /** They are paid from the loaded wallets 1 to this, each as often as any other. */
  wallets: number;
}

type LoadPart = (loader: Loader, templates: readonly Template[], past: Past) => Promise<void>;

/**
 * Gives a stack a past. It makes some payments, and each is copied by SQL to many days of the past
 * month in every database that knows of it: with ids of its own by the services' own rules, at the
 * same price, in the encoding the services wrote. Books add up, a repeated request finds its
 * payment, and a replayed fact changes nothing. Nobody else may use the stack meanwhile.
 */
export async function loadPayments(
  stack: Loadable,
  runtime: Runtime,
  { first = 1, count, wallets }: LoadedPayments,
): Promise<void> {
  const templates = await makeTemplates(stack, runtime, { name: `template-${first}`, wallets });
  const past = { first, count, wallets, variants: variantsFor(count, templates.length) };
  const codeHashKey = codeHashKeyOf(stack);
  const parts: Record<string, LoadPart> = {
    routing: loadRouting,
    wallet: (loader, ...args) => loadCharges(loader, ...args, codeHashKey),
    settlement: loadSettlement,
    acquiring: loadAcquiring,
  };
  for (const [service, loadPart] of Object.entries(parts)) {
    const url = stack.databases[service];
    if (url === undefined) throw new Error(`the stack has no ${service}`);
    await load(url, async (loader) => {
      const startedMs = runtime.clock.monotonicMs();
      await loadPart(loader, templates, past);
      const tookMs = Math.round(runtime.clock.monotonicMs() - startedMs);
      runtime.log.info({ service, count, took_ms: tookMs }, 'past payments are loaded');
    });
  }
}
