import { uuidFrom } from '@causeway/runtime';
import { movementsOf } from '../windows/window.ts';
import type { FiledCurrency } from './window-file.ts';

/** Money that moves between the switch and a participant on the value date. */
export interface Movement {
  from: 'switch' | 'participant';
  /** Above zero. */
  amountMinor: bigint;
  /** Names it wherever it is told: in instructions, statements and at the bank; 35 characters. */
  reference: string;
}

/** The movements of a window in one currency; none where nothing is due. */
export function movementsIn({ window, sum, agreement }: FiledCurrency): Movement[] {
  const { kind } = window.participant;
  return movementsOf(sum, agreement.method).map((signedMinor, index) => {
    const isOurs = signedMinor > 0n === (kind === 'acquirer');
    return {
      from: isOurs ? 'switch' : 'participant',
      amountMinor: signedMinor < 0n ? -signedMinor : signedMinor,
      reference: referenceTo('movement', window, sum.currencyCode, String(index + 1)),
    };
  });
}

/**
 * The id of something of a window: the same for ever, unique, and of the 35 characters that ISO 20022
 * leaves for one.
 */
export function referenceTo(
  what: string,
  { participant, clearingDate }: FiledCurrency['window'],
  currencyCode: string,
  ...parts: string[]
): string {
  const { kind, id } = participant;
  const uuid = uuidFrom('clearing', what, kind, id, clearingDate, currencyCode, ...parts);
  return `CW-${withoutHyphens(uuid)}`;
}

/** A UUID in the 32 characters that fit. */
export function withoutHyphens(uuid: string): string {
  return uuid.replaceAll('-', '');
}
