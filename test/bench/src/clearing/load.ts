import { signingKey } from '@causeway/clearing';
import { type Database, migrate, openDatabase } from '@causeway/db';
import { fineBps } from '@causeway/money';
import { systemRuntime, uuidFrom } from '@causeway/runtime';
import { migrations } from '@causeway/settlement/migrations/index.ts';
import { builtInAgreement } from '@causeway/settlement/src/agreements/agreement.ts';
import type { Booking } from '@causeway/settlement/src/booking/booking.ts';
import { book } from '@causeway/settlement/src/booking/store.ts';
import type { SigningKeys } from '@causeway/settlement/src/certificate/signing-keys.ts';
import {
  type CommandHandler,
  Commands,
  type Json,
  SYSTEM,
} from '@causeway/settlement/src/commands/commands.ts';
import { makeFiles } from '@causeway/settlement/src/files/make-files.ts';
import { filesOf } from '@causeway/settlement/src/files/store.ts';
import { finalBody, keyBody } from '@causeway/settlement/src/windows/body.ts';
import {
  CLOSE_WINDOW,
  FINISH_WINDOW,
  OPEN_WINDOW,
} from '@causeway/settlement/src/windows/commands.ts';
import { drawUp } from '@causeway/settlement/src/windows/draw-up.ts';

/** A day to be closed, in a database of its own. */
export interface ClearingLoad {
  url: string;
  /** Items of the day. */
  count: number;
}

/** What closing it came to. */
export interface Closed {
  /** Reading the items once and adding up what they come to. */
  drawUpSeconds: number;
  /** Reading them again and writing all files. */
  filesSeconds: number;
  /** The most memory that this process ever held. */
  peakBytes: number;
  fileBytes: bigint;
  fileCount: number;
}

const BATCH = 5_000;
/** One item of so many is a refund. */
const REFUND_ONE_IN = 20;
const DAY = '2026-11-16';
const KEY = { participant: { kind: 'acquirer', id: 'bench' }, clearingDate: DAY } as const;
const runtime = systemRuntime({ service: 'bench', logLevel: 'fatal' });

const AGREEMENT = {
  ...builtInAgreement(KEY.participant),
  fees: [
    {
      ...{ currencyCode: 'JPY', minMinor: 1n, refundable: true },
      tiers: [{ fromVolumeMinor: 0n, bps: fineBps(80), fixedMinor: 2n }],
    },
  ],
};
const agreements = { inForce: async () => AGREEMENT, version: async () => AGREEMENT };

/** Books the day, in batches as facts come. */
export async function prepareClearing({ url, count }: ClearingLoad): Promise<void> {
  const db = open(url);
  await migrate(db, migrations);
  for (let from = 0; from < count; from += BATCH) {
    const size = Math.min(BATCH, count - from);
    await book(
      db,
      Array.from({ length: size }, (_, at) => bookingOf(from + at)),
    );
  }
  await db.query('VACUUM ANALYZE bookings');
  await db.close();
}

/** Makes the day final as the service does, once routing has sealed it. */
export async function loadClearing({ url }: ClearingLoad): Promise<Closed> {
  const db = open(url);
  const commands = new Commands(db, runtime.clock);
  const signingKeys: SigningKeys = [signingKey('bench', Buffer.alloc(32))];
  const deps = { db, runtime, agreements, signingKeys };
  await execute(commands, OPEN_WINDOW, keyBody(KEY));
  await execute(commands, CLOSE_WINDOW, { ...keyBody(KEY), early: true });
  const startMs = runtime.clock.monotonicMs();
  const drawn = await drawUp(deps, KEY);
  const drawnUpMs = runtime.clock.monotonicMs();
  await makeFiles(deps, KEY, drawn);
  await execute(commands, FINISH_WINDOW, finalBody(KEY, drawn.final));
  const endMs = runtime.clock.monotonicMs();
  const files = await filesOf(db, KEY);
  await db.close();
  return {
    drawUpSeconds: (drawnUpMs - startMs) / 1_000,
    filesSeconds: (endMs - drawnUpMs) / 1_000,
    peakBytes: process.resourceUsage().maxRSS * 1_024,
    fileBytes: files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0n),
    fileCount: files.length,
  };
}

function open(url: string): Database {
  return openDatabase({ url, runtime, maxConnections: 8, statementTimeoutMs: 600_000 });
}

async function execute<Body extends Json>(
  commands: Commands,
  handler: CommandHandler<Body>,
  body: Body,
): Promise<void> {
  const commandId = uuidFrom('bench', handler.kind);
  await commands.execute(handler, { commandId, operatorId: SYSTEM, body });
}

/** The nth item: a capture, or the refund of half of the one before it. */
function bookingOf(n: number): Booking {
  const isRefund = n % REFUND_ONE_IN === REFUND_ONE_IN - 1;
  const paymentId = uuidFrom('payment', KEY.participant.id, String(isRefund ? n - 1 : n));
  const captured = BigInt(100 + 2 * ((isRefund ? n - 1 : n) % 45_000));
  const payeeMinor = isRefund ? captured / 2n : captured;
  const payerMinor = payeeMinor * 5n;
  return {
    kind: isRefund ? 'refund' : 'capture',
    ...{ paymentId, subjectId: isRefund ? uuidFrom('refund', paymentId) : paymentId },
    ...{ issuerId: 'harbour-wallet', partnerId: KEY.participant.id },
    ...{ payerCurrency: 'HKD', payerMinor, payeeCurrency: 'JPY', payeeMinor },
    ...{ midMinor: payerMinor, markupMinor: 0n, residualMinor: 0n },
    ...{ acquirerClearingDate: DAY, issuerClearingDate: DAY },
    ...{ occurredAt: new Date(`${DAY}T04:00:00Z`), requestId: `order-${n}` },
    ...{ merchantId: uuidFrom('bench', 'merchant'), quoteId: uuidFrom('quote', String(n)) },
    ...{ rate: '20', midRate: '20', settlement: undefined },
    covered: { issuer: false, acquirer: false },
  };
}
