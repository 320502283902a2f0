import { setTimeout as sleep } from 'node:timers/promises';
import { PaymentState } from '@causeway/proto/common';
import { type Chance, ISSUER, pick, SECOND_ISSUER } from '@causeway/sandbox';
import {
  insist,
  openPayer,
  openShop,
  type Payer,
  seededShop,
  type World,
} from '../../../support/index.ts';
import type { ClientLog } from '../clients/log.ts';
import { broken, type Finding } from '../finding.ts';
import { type Mailbox, openMailbox } from '../lives/mailbox.ts';
import { type Hearing, KINDS, type Kind, type KindName, type Scene } from './kinds.ts';

/** Enough for each one's movements to be read in one page. */
const PAYMENTS_EACH = 20;
/** Clients who pay at the same time each have a wallet of their own. */
const WALLETS = 6;
const PATIENCE_MS = 45_000;
/** Between two things that a client does: as people do, and the machine has other work. */
const PAUSE_MS = 60;
const JUDGED_AT_ONCE = 6;
/** As far back as the receiver of webhooks remembers for sure. */
const LAST_TOLD = 300;

/** Who pays while faults go on. */
export interface Meanwhile {
  /** How many clients, each with one thing at a time; none where a fault brings its own. */
  clients: number;
  /** What they do; everything, by its weight, unless given. */
  kinds?: readonly KindName[];
  /** How long a client waits for an answer before it cancels, in milliseconds; 45,000 unless given. */
  patienceMs?: number;
}

/** Clients who go on until they are told to stop. */
export interface Flow {
  /** Lets each finish what it has begun, and waits for that. */
  stop(): Promise<void>;
}

/** A client that lived through something. */
interface Lived {
  name: KindName;
  hearing?: Hearing | undefined;
  problem?: Finding;
}

/**
 * Clients that do what clients do while something breaks, and are heard afterwards. What they do is
 * drawn from a seed; when each step of it is taken is up to the machine.
 */
export class Traffic {
  readonly #scene: Scene;
  #lives: Promise<Lived>[] = [];
  #open = 0;
  /** How many things were begun. */
  begun = 0;

  private constructor(
    scene: Scene,
    private readonly mailbox: Mailbox,
  ) {
    this.#scene = scene;
  }

  /** Opens what clients need, while everything is up. */
  static async open(world: World, chance: Chance): Promise<Traffic> {
    const shop = await insist(() => openShop(world));
    const connected = await insist(() => seededShop(world, 'sakura'));
    let last: Promise<unknown> = Promise.resolve();
    const alone = <T>(act: () => Promise<T>): Promise<T> => {
      const next = last.then(act, act);
      last = next.catch(() => undefined);
      return next;
    };
    const payer = walletsFor(world, chance);
    const mailbox = await insist(() => openMailbox(world, shop));
    return new Traffic({ world, chance, shop, connected, payer, alone }, mailbox);
  }

  /** How many things are under way. */
  get open(): number {
    return this.#open;
  }

  /** Lets a client do something, and resolves when it has. It never throws: clients are heard. */
  begin(name: KindName, patienceMs = PATIENCE_MS): Promise<void> {
    this.begun += 1;
    this.#open += 1;
    const kind: Kind = KINDS[name];
    const living = kind.live(this.#scene, { patienceMs }).then(
      (hearing): Lived => ({ name, hearing }),
      (error): Lived => ({ name, problem: broken(name, error) }),
    );
    this.#lives.push(living);
    return living.then(() => {
      this.#open -= 1;
    });
  }

  /** Keeps this many clients busy with these kinds, all by weight unless given. */
  flow({ clients, kinds, patienceMs = PATIENCE_MS }: Meanwhile): Flow {
    let stopped = false;
    const client = async () => {
      while (!stopped) {
        await this.begin(this.#draw(kinds), patienceMs);
        await sleep(PAUSE_MS);
      }
    };
    const all = Array.from({ length: clients }, client);
    return {
      async stop() {
        stopped = true;
        await Promise.all(all);
      },
    };
  }

  /** Waits for all clients and answers what is wrong with what they were told. */
  async hear(): Promise<Finding[]> {
    const found: Finding[] = [];
    const lived = await Promise.all(this.#lives.splice(0));
    const judge = async () => {
      for (let next = lived.shift(); next !== undefined; next = lived.shift()) {
        const { name, hearing, problem } = next;
        if (problem !== undefined) found.push(problem);
        const heard = hearing?.().catch((error) => [broken(name, error)]);
        found.push(...((await heard) ?? []));
      }
    };
    await Promise.all(Array.from({ length: JUDGED_AT_ONCE }, judge));
    return found;
  }

  /**
   * Waits until the webhook of the traffic's own acquirer has told of its last payments that
   * succeeded, as its receiver has them; answers those it never told of.
   */
  async told({ told }: ClientLog): Promise<Finding[]> {
    const succeeded = told.filter(
      ({ payment: { partnerId, state } }) =>
        partnerId === this.#scene.shop.partner.id && state === PaymentState.SUCCEEDED,
    );
    const ids = [...new Set(succeeded.map(({ payment }) => payment.paymentId))].slice(-LAST_TOLD);
    const missing = await this.mailbox.tells(ids);
    return missing.map((id) => ({ kind: 'lost', what: `no webhook ever told of payment ${id}` }));
  }

  #draw(kinds: readonly KindName[] | undefined): KindName {
    if (kinds !== undefined) return pick(this.#scene.chance, kinds);
    const all = Object.entries(KINDS) as [KindName, Kind][];
    let left = this.#scene.chance() * all.reduce((sum, [, { weight }]) => sum + weight, 0);
    for (const [name, { weight }] of all) {
      left -= weight;
      if (left < 0) return name;
    }
    return 'code';
  }
}

/** A few wallets in turn, each replaced once it has paid often. */
function walletsFor(world: World, chance: Chance): () => Promise<Payer> {
  const wallets: { payer: Promise<Payer>; used: number }[] = [];
  let turn = 0;
  return async () => {
    turn += 1;
    const at = turn % WALLETS;
    const known = wallets[at];
    if (known !== undefined && known.used < PAYMENTS_EACH) {
      known.used += 1;
      return known.payer;
    }
    const issuerId = chance() < 0.7 ? ISSUER.id : SECOND_ISSUER.id;
    const payer = insist(() => openPayer(world, { issuerId }));
    wallets[at] = { payer, used: 1 };
    // One that could not be opened must not be given to the next.
    payer.catch(() => {
      if (wallets[at]?.payer === payer) delete wallets[at];
    });
    return payer;
  };
}
