import { resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Caller, runVerifier } from '@causeway/callers';
import type { Money } from '@causeway/proto/common';
import { ISSUERS } from '@causeway/sandbox';
import { until } from './until.ts';

/** What the verifier prints, as far as tests read it. */
export interface BooksReport {
  ok: boolean;
  in_flight: number;
  rows_read: number;
  /** Debits less credits, per currency. */
  ledger_sums: Record<string, string>;
  /** The rules that are broken, in words. */
  broken: string[];
}

interface CheckResult {
  name: string;
  ok: boolean;
  problems: string[];
}

/** Recomputes all books from the databases alone, and waits for payments on their way. */
export async function verifyBooks(
  state: string,
  settleSeconds: number,
  graceSeconds = 10,
): Promise<BooksReport> {
  const { exitCode, stdout, stderr } = await runVerifier({
    programs: resolve('dist'),
    state,
    issuers: ISSUERS,
    settleSeconds,
    graceSeconds,
    json: true,
  });
  const line = stdout.trim().split('\n').at(-1) ?? '';
  if (!line.startsWith('{')) throw new Error(`the verifier ended with ${exitCode}: ${stderr}`);
  const { ok, in_flight, rows_read, ledger_sums, checks } = JSON.parse(line);
  const broken = (checks as CheckResult[]).filter((check) => !check.ok);
  return {
    ok: ok === true && exitCode === 0,
    in_flight,
    rows_read,
    ledger_sums,
    broken: broken.map(({ name, problems }) => `${name}: ${problems.join('; ')}`),
  };
}

/** What a participant's position says in one currency, in minor units; zero before its first. */
export interface PositionMinor {
  captured: bigint;
  refunded: bigint;
  net: bigint;
}

/** The position of whoever asks, in one currency. */
export async function positionOf(own: Caller, currencyCode: string): Promise<PositionMinor> {
  const { positions } = await own.settlement.listPositions({ participantId: own.id });
  const found = positions.find((position) => position.net?.currencyCode === currencyCode);
  return {
    captured: minor(found?.captured),
    refunded: minor(found?.refunded),
    net: minor(found?.net),
  };
}

/** Waits until the position of whoever asks has these figures; answers what it last was. */
export function positionBecomes(
  own: Caller,
  currencyCode: string,
  expected: Partial<PositionMinor>,
): Promise<PositionMinor> {
  return until(
    () => positionOf(own, currencyCode),
    (position) => isDeepStrictEqual({ ...position, ...expected }, position),
  );
}

/** The minor units of an amount; zero where none was sent. */
export function minor(amount: Money | undefined): bigint {
  return amount?.amountMinor ?? 0n;
}
