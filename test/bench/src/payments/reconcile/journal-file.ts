import { type FileHandle, open } from 'node:fs/promises';
import { uuidFrom } from '@causeway/runtime';
import { OUTCOMES, type Outcome, RECORD } from '../load/journal.ts';
import type { World } from '../load/protocol.ts';

/** One payment as the client knows it. */
export interface Known {
  /** The id that follows from the payment's key, and the one that was answered, if any was. */
  paymentId: string;
  answeredId: string;
  partnerId: string;
  requestId: string;
  walletId: string;
  outcome: Outcome;
  /** What was asked for, and what was answered; the latter are zero without an answer. */
  askedPayeeMinor: bigint;
  payeeMinor: bigint;
  payerMinor: bigint;
}

const RECORDS_AT_ONCE = 2_000;
const ID_END = RECORD.paymentId + RECORD.paymentIdBytes;

/** Reads a client's log from its beginning, some thousand payments at a time. */
export async function* readJournal(world: World): AsyncGenerator<Known[]> {
  const partnerIds = [...new Set(world.places.map(({ partnerId }) => partnerId))];
  const file = await open(world.journal, 'r');
  try {
    const bytes = Buffer.alloc(RECORDS_AT_ONCE * RECORD.bytes);
    for (let at = 0; ; at += bytes.length) {
      const length = await readWhole(file, bytes, at);
      const count = Math.floor(length / RECORD.bytes);
      if (count === 0) return;
      yield Array.from({ length: count }, (_, index) =>
        known(bytes.subarray(index * RECORD.bytes, (index + 1) * RECORD.bytes), world, partnerIds),
      );
    }
  } finally {
    await file.close();
  }
}

async function readWhole(file: FileHandle, bytes: Buffer, position: number): Promise<number> {
  let length = 0;
  while (length < bytes.length) {
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, position + length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return length;
}

function known(record: Buffer, world: World, partnerIds: readonly string[]): Known {
  const partnerId = partnerIds[record[RECORD.partner] ?? 0] ?? '';
  const requestId = `${world.run}-${record.readUInt32LE(RECORD.number)}`;
  return {
    paymentId: uuidFrom('payment', partnerId, requestId),
    answeredId: record.toString('latin1', RECORD.paymentId, ID_END),
    ...{ partnerId, requestId },
    walletId: world.walletIds[record.readUInt32LE(RECORD.wallet)] ?? '',
    outcome: OUTCOMES[record[RECORD.outcome] ?? 0] ?? 'UNKNOWN',
    askedPayeeMinor: record.readBigInt64LE(RECORD.askedPayeeMinor),
    payeeMinor: record.readBigInt64LE(RECORD.payeeMinor),
    payerMinor: record.readBigInt64LE(RECORD.payerMinor),
  };
}
