import { createHmac } from 'node:crypto';
import { LANES, type Random, type Secret } from '@causeway/runtime';

/** "User-presented" in the scheme of payment codes. */
const BUSINESS_TYPE = '02';
const RANDOM_DIGITS = 14;
const LANE_AT = 8;

/** Makes a code: 6 digits of the issuer's prefix, "02", 2 of the lane, 14 random ones. */
export function newCode(prefix: string, lane: number, random: Random): string {
  const laneDigits = String(lane).padStart(2, '0');
  return `${prefix}${BUSINESS_TYPE}${laneDigits}${random.digits(RANDOM_DIGITS)}`;
}

/**
 * The lane in which a payment by this code is recorded: its digits 9 and 10, modulo the number of
 * lanes, and 0 where they are not two digits. It answers for any text at all, so that the Void of
 * a code that was never a code looks where its Charge did. A code whose other digits are masked
 * has the same lane.
 */
export function laneOfCode(code: string): number {
  const digits = code.slice(LANE_AT, LANE_AT + 2);
  return /^\d\d$/.test(digits) ? Number.parseInt(digits, 10) % LANES : 0;
}

/** What is stored of a code: whoever reads the table cannot pay with what it holds. */
export function hashCode(key: Secret, code: string): Buffer {
  return createHmac('sha256', key.reveal()).update(code).digest();
}
