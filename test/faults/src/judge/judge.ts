import { type BooksReport, verifyBooks, type World } from '../../../support/index.ts';
import type { ClientLog } from '../clients/log.ts';
import { broken, type Finding } from '../finding.ts';
import { judgeAnswers, judgeDoubles } from './answers.ts';
import { type Read, withDatabases } from './databases.ts';
import { judgeDelivered } from './delivered.ts';
import { judgeEffects } from './effects.ts';
import { judgePartners } from './partners.ts';
import { judgeTerminal } from './terminal.ts';

/** How patient a judge is. */
export interface Patience {
  /** How long facts on their way may take to reach every book once nothing is in their way. */
  settleSeconds: number;
  /** How lately a payment may have changed for its books to differ. */
  graceSeconds: number;
}

const USUAL: Patience = { settleSeconds: 60, graceSeconds: 10 };

/**
 * Decides from outside whether all is well: from what clients were answered, from the databases, and
 * from what partners have on record. It asks no service of the switch.
 */
export class Judge {
  readonly #world: World;
  readonly #log: ClientLog;
  readonly #patience: Patience;
  readonly #sandboxPid: number | undefined;
  /** What was wrong before is told once. */
  readonly #told = new Set<string>();
  /** Debits less credits per currency, as the books were last seen. */
  ledgerSums: Record<string, string> = {};

  private constructor(
    world: World,
    log: ClientLog,
    sandboxPid: number | undefined,
    patience: Patience,
  ) {
    this.#patience = patience;
    this.#world = world;
    this.#log = log;
    this.#sandboxPid = sandboxPid;
  }

  /** A judge of a stack that has just started. */
  static async of(world: World, log: ClientLog, patience = USUAL): Promise<Judge> {
    return new Judge(world, log, await world.stack.processes.pid('sandbox'), patience);
  }

  /** Whether everything has ended, or ends within 60 s from now. */
  ended(): Promise<Finding[]> {
    return this.#judge((read) => judgeTerminal(this.#world, read));
  }

  /** Everything: answers, effects, books, and the partners' own records. */
  all(): Promise<Finding[]> {
    return this.#judge(async (read) => {
      const ended = await judgeTerminal(this.#world, read);
      const books = await this.#books();
      const hasForgotten = await this.sandboxHasForgotten();
      const others = await Promise.all([
        judgeAnswers(this.#log, read),
        judgeEffects(this.#log, read),
        judgeDoubles(read),
        judgeDelivered(read),
        judgePartners(this.#world, read, hasForgotten),
      ]);
      return [...ended, ...books, ...others.flat()];
    });
  }

  /** Whether the sandbox was started again, and so knows nothing of what was before. */
  async sandboxHasForgotten(): Promise<boolean> {
    return (await this.#world.stack.processes.pid('sandbox')) !== this.#sandboxPid;
  }

  async #judge(fn: (read: Read) => Promise<Finding[]>): Promise<Finding[]> {
    const found = await withDatabases(this.#world, fn).catch((error) => [broken('judge', error)]);
    const isNew = found.filter(({ what }) => !this.#told.has(what));
    for (const { what } of isNew) this.#told.add(what);
    return isNew;
  }

  async #books(): Promise<Finding[]> {
    const { settleSeconds, graceSeconds } = this.#patience;
    const report = await verifyBooks(this.#world.stack.state, settleSeconds, graceSeconds);
    this.ledgerSums = report.ledger_sums;
    return findingsIn(report);
  }
}

function findingsIn({ ok, in_flight: inFlight, broken: rules }: BooksReport): Finding[] {
  const found: Finding[] = rules.map((rule) => ({ kind: 'wrong', what: `books: ${rule}` }));
  if (inFlight > 0) {
    found.push({ kind: 'stuck', what: `books: ${inFlight} never came to rest` });
  }
  if (!ok && found.length === 0) found.push({ kind: 'wrong', what: 'the verifier failed' });
  return found;
}
