import { join } from 'node:path';
import { FxServiceService } from '@causeway/proto/fx';
import { WalletServiceService } from '@causeway/proto/wallet';
import { connect, readTls } from '@causeway/rpc';
import { systemRuntime } from '@causeway/runtime';
import { closedLoop, type Loop, type Looped } from '../measure/closed-loop.ts';

/** What is asked for. */
export type Asked = 'quotes' | 'boards' | 'codes';

/** Where the services are, and who asks. */
export interface PricesLoad extends Loop {
  asked: Asked;
  fxAddress: string;
  walletAddress: string;
  certs: string;
  issuerId: string;
  payerCurrencyCode: string;
  payeeCurrencyCodes: readonly string[];
  walletIds: readonly string[];
}

const DEADLINE_MS = 10_000;
const runtime = systemRuntime({ service: 'bench', logLevel: 'fatal' });
const callers = new Map<string, (n: number) => Promise<unknown>>();

/** Asks in a closed loop, each kind as whoever asks for it in the running system does. */
export async function loadPrices(load: PricesLoad): Promise<Looped> {
  const ask = callers.get(load.asked) ?? ASKING[load.asked](load);
  callers.set(load.asked, ask);
  const { perSecond, latency } = await closedLoop(
    runtime.clock,
    load.inFlight,
    load.seconds,
    async (n) => {
      await ask(n);
      return 1;
    },
  );
  return { perSecond, latency: latency.toData() };
}

const ASKING: Record<Asked, (load: PricesLoad) => (n: number) => Promise<unknown>> = {
  /** As routing does for each payment: many calls to a frame, any guaranteed board honoured. */
  quotes({ fxAddress, certs, payerCurrencyCode, payeeCurrencyCodes }) {
    const fx = connect(FxServiceService, {
      ...common(certs, 'routing'),
      address: fxAddress,
      mode: 'coalesced',
    });
    return (n) => {
      const payeeCurrencyCode = payeeCurrencyCodes[n % payeeCurrencyCodes.length] ?? '';
      return fx.createQuote({
        pair: { payerCurrencyCode, payeeCurrencyCode },
        fixedSide: {
          $case: 'payeeAmount',
          value: {
            currencyCode: payeeCurrencyCode,
            amountMinor: 100_000n + BigInt(n % 1_000) * 100n,
          },
        },
        paymentId: runtime.random.uuid(),
        payeeCountryCode: '',
        honourShownBoards: true,
        settlementCurrencyCodes: [],
      });
    };
  },
  /** As a wallet operator does: one call each. */
  boards({ fxAddress, certs, issuerId, payerCurrencyCode }) {
    const options = { ...common(certs, issuerId), address: fxAddress, mode: 'unary' as const };
    const fx = connect(FxServiceService, options);
    return () => fx.getRateBoard({ payerCurrencyCode, rateBoardId: '' });
  },
  codes({ walletAddress, certs, issuerId, walletIds }) {
    const options = { ...common(certs, issuerId), address: walletAddress, mode: 'unary' as const };
    const wallets = connect(WalletServiceService, options);
    return (n) =>
      wallets.createPaymentCode({ walletId: walletIds[n % walletIds.length] ?? '', ttlSeconds: 0 });
  },
};

function common(certs: string, as: string) {
  return { runtime, tls: readTls(join(certs, as)), defaultDeadlineMs: DEADLINE_MS };
}
