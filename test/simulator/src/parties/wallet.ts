import type { IssuerServiceService } from '@causeway/proto/wallet';
import type { IssuerClient } from '@causeway/routing/src/issuers.ts';
import type { Handlers } from '@causeway/rpc';
import { Secret } from '@causeway/runtime';
import { chargeDesk } from '@causeway/wallet/src/charges/desk.ts';
import { type ChargeRows, chargeExecutor } from '@causeway/wallet/src/charges/execute.ts';
import type { ChargeRecord } from '@causeway/wallet/src/charges/record.ts';
import type { Rules } from '@causeway/wallet/src/charges/transfers.ts';
import { chartOf } from '@causeway/wallet/src/chart.ts';
import { hashCode } from '@causeway/wallet/src/codes/code.ts';
import { DEFAULT_POLICY } from '@causeway/wallet/src/limits/default-policy.ts';
import { parsePolicy } from '@causeway/wallet/src/limits/policy.ts';
import { issuerHandlers } from '@causeway/wallet/src/rpc/issuer-service.ts';
import { type Caller, Host } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Network } from '../kernel/network.ts';
import { StoreLink } from '../kernel/store-link.ts';
import type { NameOf } from '../stores/routing-stores.ts';
import type { WalletTables } from '../stores/wallet-tables.ts';
import { ISSUER } from './directory.ts';

export const RULES: Rules = { policy: parsePolicy(DEFAULT_POLICY), chart: chartOf('HKD') };

const CODE_KEY = new Secret('the key of all simulated codes');
const SWEEP_MS = 1_000;
const CALL_TIMEOUT_MS = 5_000;
const HONG_KONG_MS = 8 * 3_600_000;

/** What is stored of a code. */
export function hashOf(code: string): Buffer {
  return hashCode(CODE_KEY, code);
}

/** Told of each charge as the operator answers it. */
type OnCharge = (charge: ChargeRecord) => void;

export type WalletHost = Host<Handlers<typeof IssuerServiceService>>;

/** The wallet operator's process over its tables. Its database's clock may be off by a second. */
export function walletHost(
  kernel: Kernel,
  tables: WalletTables,
  nameOf: NameOf,
  onAnswer: OnCharge,
): WalletHost {
  const skewMs = kernel.chance.between('skew of the wallet operator', -900, 900);
  return new Host(
    kernel,
    'wallet',
    (self) => wallet(kernel, self, tables, nameOf, onAnswer),
    skewMs,
  );
}

function wallet(
  kernel: Kernel,
  self: Caller,
  tables: WalletTables,
  nameOf: NameOf,
  onAnswer: OnCharge,
) {
  const { runtime } = self.life;
  const link = new StoreLink(kernel, self);
  const rows: ChargeRows = {
    decideOn(commands, decide) {
      const about = commands.map(({ paymentId }) => nameOf(paymentId)).join(' ');
      const kinds = [...new Set(commands.map(({ kind }) => kind))].join(' ');
      return link.run(kinds, about, () => {
        const nowMs = runtime.clock.nowMs();
        const today = new Date(nowMs + HONG_KONG_MS).toISOString().slice(0, 10);
        return tables.decideOn(commands, { nowMs, today }, decide);
      });
    },
  };
  const execute = chargeExecutor(rows, RULES);
  const desk = chargeDesk(async (commands) => {
    const answers = await execute(commands);
    for (const answer of answers) if ('charge' in answer) onAnswer(answer.charge);
    return answers;
  }, runtime);
  runtime.timers.every(SWEEP_MS, async () => {
    const due = await link
      .run('look for', 'overdue holds', () => tables.dueHolds(runtime.clock.nowMs()))
      .catch(() => []);
    for (const { lane, paymentId } of due) {
      await desk({ kind: 'expire', lane, paymentId }).catch(() => undefined);
    }
  });
  const noAgreements = () => Promise.reject(new Error('nobody has an agreement here'));
  const noGrants = () => Promise.reject(new Error('nobody rides here'));
  return issuerHandlers({
    desk,
    chargeOf: (key) => link.run('read', nameOf(key.paymentId), () => tables.charge(key)),
    revoke: noAgreements,
    taken: () => Promise.reject(new Error('nobody probes here')),
    lanes: { claim: noAgreements, find: noAgreements },
    ...{ findHolder: noGrants, lossWalletOf: noGrants },
    trustAfter: noGrants,
    reportMisuse: noGrants,
    reading: { issuerId: ISSUER.issuerId, currencyCode: 'HKD', codeHashKey: CODE_KEY },
  });
}

interface About {
  paymentId: string;
}

/** The wallet operator as a process of the switch calls it. */
export function issuerClient(
  network: Network,
  self: Caller,
  to: WalletHost,
  nameOf: NameOf,
): IssuerClient {
  const method = <Name extends IssuerMethod>(name: Name): IssuerClient[Name] => {
    const call = (request: About, options: { timeoutMs?: number } = {}) =>
      network.call({
        ...{ from: self, to, method: name, about: nameOf(request.paymentId) },
        timeoutMs: options.timeoutMs ?? CALL_TIMEOUT_MS,
        serve: (service, { deadlineMs }) => {
          const serve = service[name] as (
            request: About,
            call: { deadlineMs: number },
          ) => Promise<unknown>;
          return serve(request, { deadlineMs });
        },
      });
    return call as IssuerClient[Name];
  };
  return {
    charge: method('charge'),
    hold: method('hold'),
    takeOverHold: method('takeOverHold'),
    capture: method('capture'),
    void: method('void'),
    getCharge: method('getCharge'),
    refund: method('refund'),
    revokeAgreement: () => Promise.reject(new Error('nobody has an agreement here')),
    listTaken: () => Promise.reject(new Error('nobody probes here')),
    getTransitTrust: () => Promise.reject(new Error('nobody rides here')),
    reportTransitMisuse: () => Promise.reject(new Error('nobody rides here')),
    close: () => {},
  };
}

type IssuerMethod =
  | 'charge'
  | 'hold'
  | 'takeOverHold'
  | 'capture'
  | 'void'
  | 'getCharge'
  | 'refund';
