import type { Database } from '@causeway/db';
import { AgreementState } from '@causeway/proto/acquiring';
import { type Cancel, failpoint, Refusal, type Runtime, Trouble } from '@causeway/runtime';
import type { AskAcquiring } from '../acquiring.ts';
import { unreportedAgreements } from '../metrics.ts';
import { lockWallet } from '../wallets/store.ts';
import { ended } from './agreement.ts';
import {
  countUnreported,
  markReported,
  offerPayloadOf,
  postponeReport,
  selectDueReports,
} from './report-store.ts';
import { type AgreementVersion, nowMsOf, selectAgreement, writeAgreements } from './store.ts';

const STATES = {
  active: AgreementState.ACTIVE,
  suspended: AgreementState.SUSPENDED,
  ended: AgreementState.ENDED,
} as const;

const REPORT_TIMEOUT_MS = 2_000;
const SWEEP_EVERY_MS = 1_000;
const SWEEP_BATCH = 64;
const POSTPONE_SECONDS = 5;

/** Answers that no repeat will change: the acquirer has no such agreement with us. */
const FINAL: ReadonlySet<string> = new Set([
  'AGREEMENT_UNKNOWN',
  'AGREEMENT_TAKEN',
  'AGREEMENT_ENDED',
]);

/** Tells the acquirer where agreements stand. */
export interface AgreementReporter {
  /**
   * Tells of one version now. Where the acquirer has no such agreement with this operator, it ends
   * here too, and its refusal is thrown: AGREEMENT_UNKNOWN, AGREEMENT_TAKEN, AGREEMENT_ENDED. Any
   * other error means that the acquirer may not know, and that the sweep will tell it.
   */
  tell(version: AgreementVersion): Promise<void>;
  /** The same, where it makes no difference to the caller whether the sweep does it. */
  tellSoon(version: AgreementVersion): Promise<void>;
  /** Tells of what is due. What fails waits some seconds, so that it holds up nothing else. */
  sweep(): Promise<Swept>;
}

/** What a sweep did. */
interface Swept {
  /** How many agreements the acquirer took. */
  told: number;
  /** Why it could not be told of another one; undefined where it was told of all. */
  failure: unknown;
}

/** Reports agreements of this operator. What is due stays due until the acquirer has taken it. */
export function agreementReporter(
  db: Database,
  ask: AskAcquiring,
  issuerId: string,
): AgreementReporter {
  const tell = async (told: AgreementVersion) => {
    const { agreementId, version } = told;
    const payload = await offerPayloadOf(db, told);
    const report = { issuerId, agreementId, state: STATES[told.state], version, payload };
    try {
      await ask('report_agreement', (client, options) => client.reportAgreement(report, options), {
        timeoutMs: REPORT_TIMEOUT_MS,
      });
    } catch (error) {
      if (isFinal(error)) await endUntold(db, told);
      throw error;
    }
    await failpoint('wallet.agreement.reported');
    await markReported(db, told);
  };
  return {
    tell,
    // It stays due, and the sweep says what is wrong if it goes on.
    tellSoon: (told) => tell(told).catch(() => undefined),
    async sweep() {
      const due = await selectDueReports(db, SWEEP_BATCH);
      const failures = await Promise.all(
        due.map(async (each) => {
          const failure = await failureOf(tell(each));
          if (failure !== undefined) await postponeReport(db, each, POSTPONE_SECONDS);
          return failure;
        }),
      );
      const failed = failures.filter((failure) => failure !== undefined);
      return { told: due.length - failed.length, failure: failed.find((each) => !isFinal(each)) };
    },
  };
}

function failureOf(work: Promise<void>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function isFinal(error: unknown): boolean {
  return error instanceof Refusal && FINAL.has(error.reason);
}

/** Ends an agreement that the acquirer does not have, which therefore needs no telling. */
async function endUntold(db: Database, told: AgreementVersion): Promise<void> {
  await db.transaction(async (tx) => {
    await lockWallet(tx, told.walletId);
    const agreement = await selectAgreement(tx, told, told.agreementId);
    if (agreement === undefined) throw new Error(`agreement ${told.agreementId} is gone`);
    const after = ended(agreement, await nowMsOf(tx));
    await writeAgreements(tx, [after]);
    await markReported(tx, after);
  });
}

/** Sweeps every second until cancelled. */
export function startReporting(
  db: Database,
  reporter: AgreementReporter,
  runtime: Runtime,
): Cancel {
  const untold = new Trouble(runtime, 'acquiring could not be told of agreements');
  return runtime.timers.every(SWEEP_EVERY_MS, async () => {
    try {
      const { failure } = await reporter.sweep();
      unreportedAgreements.set(await countUnreported(db));
      if (failure === undefined) untold.passed();
      else untold.failed({ err: failure });
    } catch (err) {
      untold.failed({ err });
    }
  });
}
