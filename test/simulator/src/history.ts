import { ParticipantKind } from '@causeway/proto/common';
import { laneOf, uuidFrom } from '@causeway/runtime';
import { newCode } from '@causeway/wallet/src/codes/code.ts';
import { judgeAnswers } from './judge/answers.ts';
import { judgeEnd } from './judge/end.ts';
import type { Violation } from './judge/violation.ts';
import { Watch } from './judge/watch.ts';
import { Chance } from './kernel/chance.ts';
import { Host, outsider } from './kernel/host.ts';
import { Kernel, type Line } from './kernel/kernel.ts';
import { Network } from './kernel/network.ts';
import { StoreLink } from './kernel/store-link.ts';
import { weatherOf } from './kernel/weather.ts';
import { BooksTables } from './parties/books.ts';
import { ConnectorSide } from './parties/connectors.ts';
import { consumerHost, publisher, Stream, type StreamService } from './parties/delivery.ts';
import { ACQUIRER, CURRENCIES, ISSUER, MERCHANT, routesOf, SCANNED } from './parties/directory.ts';
import { fxHost, SHOWN_RATES } from './parties/fx.ts';
import { People } from './parties/people.ts';
import { type PaymentPlan, planOf } from './parties/plan.ts';
import { type RoutingService, routing } from './parties/routing.ts';
import { hashOf, issuerClient, RULES, walletHost } from './parties/wallet.ts';
import { routingStores } from './stores/routing-stores.ts';
import { RoutingTables } from './stores/routing-tables.ts';
import { WalletTables } from './stores/wallet-tables.ts';

/** Which history, and what of it is left out. */
export interface HistoryOptions {
  seed: number;
  payments: number;
  /** How bad the weather is; drawn where it is left out. */
  strength?: number | undefined;
  /** Names of payments, deeds and faults that shall not be. */
  without?: ReadonlySet<string>;
  /** Whether it is told line by line. */
  isTold?: boolean;
}

/** What a history was. */
export interface History {
  violations: Violation[];
  lines: Line[];
  /** How many payments were made. */
  payments: number;
  /** Payments by the state that they ended in. */
  ends: Map<string, number>;
  /** Everything in it that could be left out, in the order in which it is worth trying. */
  parts: { payments: string[]; deeds: string[]; faults: string[] };
  elapsedMs: number;
  steps: number;
}

const BEGIN_WITHIN_MS = 20_000;
const CALM_FROM_MS = 60_000;
/** So long after the last fault everything must be at its end, in milliseconds from the start. */
const END_BY_MS = CALM_FROM_MS + 240_000;
/** Doubt as short as it gets, so that much fits into a history, and as long as in service. */
const DOUBTS_MS = [15_000, 15_000, 60_000] as const;
const WALLETS = 6;
const REPLICAS = 2;

/** Lives one history through and judges it. */
export async function live(options: HistoryOptions): Promise<History> {
  const world = new World(options);
  await world.run();
  return world.judged();
}

/** Everything that there is in one history. */
class World {
  readonly #kernel: Kernel;
  readonly #network: Network;
  readonly #watch: Watch;
  readonly #routing: RoutingTables;
  readonly #wallet: WalletTables;
  readonly #books = new BooksTables();
  readonly #connectors: ConnectorSide;
  readonly #stream: Stream;
  readonly #people: People[] = [];
  readonly #names = new Map<string, string>();
  readonly #walletIds: string[] = [];
  /** The payments that were made with each code. */
  readonly #byCode = new Map<string, string[]>();
  #nextLookMs = 0;

  constructor(private readonly options: HistoryOptions) {
    const { seed, strength, without = new Set<string>(), isTold = false } = options;
    const weather = weatherOf(new Chance(seed), strength);
    this.#kernel = new Kernel({ seed, weather, calmFromMs: CALM_FROM_MS, without, isTold });
    const kernel = this.#kernel;
    this.#network = new Network(kernel);
    const network = this.#network;
    const nameOf = (paymentId: string) => this.#names.get(paymentId) ?? paymentId;
    const hasCharged = (routeId: string, paymentId: string) =>
      this.#connectors.hasCharged(routeId, paymentId);
    this.#watch = new Watch(kernel, nameOf, hasCharged);
    this.#routing = new RoutingTables(this.#watch);
    this.#watch.tables = this.#routing;
    this.#wallet = new WalletTables(RULES, SHOWN_RATES, (before, after) =>
      this.#watch.onCharge(before, after),
    );
    const replicas: Host<RoutingService>[] = [];
    this.#connectors = new ConnectorSide({
      ...{ kernel, network, nameOf, routing: () => replicas[0] },
      onCharged: (routeId, paymentId) => this.#onCharged(routeId, paymentId),
    });
    const routes = routesOf(kernel.chance);
    for (const { routeId, partnerId, connectorAddress } of routes) {
      if (connectorAddress !== '') this.#connectors.open(routeId, partnerId);
    }
    const consumer = consumerHost(kernel, this.#books);
    this.#stream = new Stream(kernel, network, outsider(kernel, 'nats'), consumer, nameOf);
    const stream = new Host<StreamService>(kernel, 'nats', () => this.#stream.service);
    const wallet = walletHost(kernel, this.#wallet, nameOf, (charge) =>
      this.#watch.onAnswer(charge),
    );
    const fx = fxHost(kernel);
    const doubtMs = kernel.chance.pick('doubt', DOUBTS_MS);
    for (let replica = 1; replica <= REPLICAS; replica += 1) {
      const host = new Host<RoutingService>(kernel, `routing-${replica}`, (self) => {
        const link = new StoreLink(kernel, self);
        const outbox = publisher(kernel, network, self, stream, this.#routing, nameOf);
        return routing(self, {
          ...{ issuers: [ISSUER], routes, doubtMs },
          stores: routingStores(link, this.#routing, outbox, nameOf),
          issuer: issuerClient(network, self, wallet, nameOf),
          fx: {
            createQuote: (request) =>
              network.call({
                ...{ from: self, to: fx, method: 'createQuote', timeoutMs: 2_000 },
                about: nameOf(request.paymentId),
                serve: (service) => service.createQuote(request),
              }),
          },
          connectorAt: (address) => this.#connectors.clientFor(self, address),
        });
      });
      replicas.push(host);
    }
    this.#openWallets();
    this.#plan(replicas, without);
  }

  #openWallets(): void {
    const { chance } = this.#kernel;
    for (let n = 1; n <= WALLETS; n += 1) {
      const walletId = uuidFrom('simulator', 'wallet', String(n));
      this.#walletIds.push(walletId);
      const tier = 'advanced';
      const wallet = {
        lane: laneOf(walletId),
        walletId,
        status: 'active' as const,
        tier,
        owes: false,
      };
      this.#wallet.openWallet(wallet);
      const [least, most] = [20_000, 2_000_000];
      this.#wallet.topUp(wallet, BigInt(chance.between(`balance of wallet ${n}`, least, most)));
      const afterMs = chance.between(`top-up of wallet ${n}`, 1_000, 40_000);
      this.#kernel.after(afterMs, () => this.#wallet.topUp(wallet, 500_000n));
    }
  }

  #plan(replicas: readonly Host<RoutingService>[], without: ReadonlySet<string>): void {
    const { chance } = this.#kernel;
    const codes = new Map<string, string>();
    for (let n = 1; n <= this.options.payments; n += 1) {
      const plan = planOf(chance, n, BEGIN_WITHIN_MS, WALLETS);
      const shared = plan.sharesCode ? codes.get(`P${n - 1}`) : undefined;
      const code = shared ?? this.#newCode(plan);
      codes.set(plan.name, code);
      if (without.has(plan.name)) continue;
      const people = new People(
        {
          ...{ kernel: this.#kernel, network: this.#network, routing: replicas, without },
          ...{ merchant: MERCHANT, issuerId: ISSUER.issuerId, wallets: this.#walletIds },
          ...{ targets: [SCANNED], partnerId: ACQUIRER, codeOf: () => code },
        },
        plan,
      );
      this.#names.set(people.paymentId, plan.name);
      if (plan.way === 'code') {
        this.#byCode.set(code, [...(this.#byCode.get(code) ?? []), people.paymentId]);
      }
      this.#people.push(people);
      people.start();
    }
    this.#planSeals();
  }

  #newCode({ name, wallet }: PaymentPlan): string {
    const { chance, nowMs } = this.#kernel;
    const walletId = this.#walletIds[wallet] ?? '';
    const lane = laneOf(walletId);
    const code = newCode('852101', lane, chance.stream(`${name} code`));
    const rateBoardId = uuidFrom('simulator', 'board');
    const expiresAtMs = nowMs + chance.between(`${name} code lives`, 20_000, 90_000);
    const codeHash = hashOf(code);
    this.#wallet.addCode({ lane, codeHash, walletId, rateBoardId, expiresAtMs, usedBy: undefined });
    return code;
  }

  /** In some histories a clearing day is sealed while payments are on their way. */
  #planSeals(): void {
    const { chance } = this.#kernel;
    const parties = [
      { kind: ParticipantKind.ACQUIRER, id: ACQUIRER },
      { kind: ParticipantKind.ISSUER, id: ISSUER.issuerId },
    ];
    for (const key of parties) {
      if (!chance.happens(`${key.id} is sealed`, 0.25)) continue;
      this.#kernel.after(chance.between(`seal of ${key.id}`, 1_000, 40_000), () => {
        this.#kernel.tell(() => `the day of ${key.id} is sealed`);
        this.#routing.seal(key, '2026-03-10');
      });
    }
  }

  #onCharged(routeId: string, paymentId: string): void {
    this.#kernel.tell(
      () => `${routeId} tells the merchant that ${this.#names.get(paymentId)} is paid`,
    );
    const others = this.#connectors.routeIds.filter(
      (other) => other !== routeId && this.#connectors.hasCharged(other, paymentId),
    );
    if (others.length === 0) return;
    const found = `${routeId} and ${others.join()}`;
    this.#watch.blame('one partner at a time charges a payment', paymentId, found);
  }

  run(): Promise<void> {
    return this.#kernel.run(() => this.#isOver());
  }

  /** Looked at once a second, since it takes a moment. */
  #isOver(): boolean {
    const { elapsedMs } = this.#kernel;
    if (elapsedMs < this.#nextLookMs) return false;
    this.#nextLookMs = elapsedMs + 500;
    if (elapsedMs >= END_BY_MS) return true;
    return (
      this.#network.underWay === 0 &&
      this.#people.every((people) => people.isDone) &&
      this.#routing.open === 0 &&
      this.#routing.queue.size === 0 &&
      this.#wallet.openHolds === 0 &&
      this.#stream.isDrained
    );
  }

  judged(): History {
    const kernel = this.#kernel;
    const end = {
      ...{ watch: this.#watch, routing: this.#routing, wallet: this.#wallet, books: this.#books },
      askedRoutes: this.#connectors.routeIds,
      hasCharged: (routeId: string, id: string) => this.#connectors.hasCharged(routeId, id),
      ...{ issuerId: ISSUER.issuerId, currencyCodes: CURRENCIES },
      sharingCodes: [...this.#byCode.values()].filter((sharing) => sharing.length > 1),
      partnerIds: [ACQUIRER, 'kiku', 'ume', 'matsu'],
    };
    judgeEnd(end);
    judgeAnswers(
      this.#people.flatMap(({ answers }) => answers),
      this.#routing,
      this.#watch,
    );
    const ends = new Map<string, number>();
    for (const { state } of this.#routing.payments.values()) {
      ends.set(state, (ends.get(state) ?? 0) + 1);
    }
    return {
      ...{ violations: this.#watch.violations, lines: kernel.lines, ends },
      payments: this.#routing.payments.size,
      parts: {
        payments: this.#people.map(({ plan }) => plan.name),
        deeds: this.#people.flatMap(({ deeds }) => deeds),
        faults: kernel.faults.happened,
      },
      ...{ elapsedMs: kernel.elapsedMs, steps: kernel.steps },
    };
  }
}
