import type { ConnectorClient } from '@causeway/routing/src/connectors/connectors.ts';
import { type Caller, Host, outsider } from '../kernel/host.ts';
import type { Kernel } from '../kernel/kernel.ts';
import type { Network } from '../kernel/network.ts';
import { PartnerRecord } from './partner.ts';
import type { RoutingService } from './routing.ts';

const TIMEOUT_MS = 4_000;
const REPORT_TIMEOUT_MS = 4_000;

/** A partner's connector: a process before its record, which survives it. */
interface Connector {
  routeId: string;
  partnerId: string;
  record: PartnerRecord;
  host: Host<PartnerRecord>;
}

/** What connectors need of the history. */
export interface ConnectorWorld {
  kernel: Kernel;
  network: Network;
  nameOf(paymentId: string): string;
  /** Told of each payment that a partner has confirmed to its merchant. */
  onCharged(routeId: string, paymentId: string): void;
  routing(): Host<RoutingService> | undefined;
}

/** All connectors of a history, by the route that they stand behind. */
export class ConnectorSide {
  readonly #connectors = new Map<string, Connector>();

  constructor(private readonly world: ConnectorWorld) {}

  open(routeId: string, partnerId: string): void {
    const { kernel, nameOf, onCharged } = this.world;
    const outside = outsider(kernel, partnerId);
    const record = new PartnerRecord(
      kernel.chance,
      routeId,
      (paymentId) => onCharged(routeId, paymentId),
      (paymentId, afterMs, decide) => {
        kernel.after(afterMs, () => {
          decide();
          if (kernel.chance.happens(`${routeId} reports ${nameOf(paymentId)}`, 0.6)) {
            this.#report(outside, partnerId, paymentId);
          }
        });
      },
      nameOf,
    );
    const host = new Host(kernel, routeId, () => record);
    this.#connectors.set(routeId, { routeId, partnerId, record, host });
  }

  /** Whether the partner behind a route has told a merchant that a payment is paid. */
  hasCharged(routeId: string, paymentId: string): boolean {
    return this.#connectors.get(routeId)?.record.hasCharged(paymentId) ?? false;
  }

  get routeIds(): string[] {
    return [...this.#connectors.keys()];
  }

  /** The connector as a process of routing calls it. */
  clientFor(self: Caller, routeId: string): ConnectorClient {
    const { network, nameOf } = this.world;
    const connector = this.#connectors.get(routeId);
    if (connector === undefined) throw new Error(`there is no connector ${routeId}`);
    const call = <T>(method: string, paymentId: string, serve: (record: PartnerRecord) => T) =>
      network.call({
        ...{ from: self, to: connector.host, method, about: nameOf(paymentId) },
        timeoutMs: TIMEOUT_MS,
        serve: async (record) => serve(record),
      });
    return {
      confirmPayment: ({ paymentId }) =>
        call('confirm', paymentId, (record) => ({ confirmation: record.confirm(paymentId) })),
      getPayment: ({ paymentId }) =>
        call('inquire', paymentId, (record) => ({ confirmation: record.inquire(paymentId) })),
      reversePayment: ({ paymentId }) =>
        call('reverse', paymentId, (record) => ({ confirmation: record.reverse(paymentId) })),
      refundPayment: ({ paymentId, refundId }) =>
        call('give back', paymentId, (record) => {
          record.giveBack(paymentId);
          return { partnerReference: refundId };
        }),
      close: () => {},
    };
  }

  #report(from: Caller, partnerId: string, paymentId: string): void {
    const { network, nameOf, routing } = this.world;
    const to = routing();
    if (to === undefined) return;
    void network
      .call({
        ...{ from, to, method: 'reportConfirmation', about: nameOf(paymentId) },
        timeoutMs: REPORT_TIMEOUT_MS,
        serve: (service) => service.reportConfirmation(partnerId, paymentId),
      })
      .catch(() => undefined);
  }
}
