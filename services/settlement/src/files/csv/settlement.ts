import { freeText, headerOf, LINE_END, minorUnits, plain, recordOf } from '@causeway/clearing';
import { type Movement, movementsIn } from '../movements.ts';
import type { FiledCurrency, FileWriter } from '../window-file.ts';
import { majorText } from './major.ts';

/** The whole window with one of its movements, or with none. */
interface Line extends FiledCurrency {
  movement: Movement | undefined;
}

const payout = ({ agreement, sum }: Line) =>
  agreement.payoutAccounts.find(({ currencyCode }) => currencyCode === sum.currencyCode);

function accountText(line: Line): string {
  const account = payout(line)?.account;
  if (account === undefined) return '';
  return 'iban' in account ? account.iban : account.localNumber;
}

const movedMinor = ({ movement }: Line) => movement?.amountMinor ?? 0n;

const COLUMNS = [
  plain<Line>('participant_kind', '`acquirer` or `issuer`', (line) => line.window.participant.kind),
  freeText<Line>('participant_id', 'whose window it is', (line) => line.window.participant.id),
  plain<Line>('clearing_date', 'its clearing day', (line) => line.window.clearingDate),
  plain<Line>('currency', 'ISO 4217', (line) => line.sum.currencyCode),
  minorUnits<Line>(
    'net_minor',
    'what an acquirer is owed, or a wallet operator owes, in signed minor units',
    (line) => line.sum.netMinor,
  ),
  plain<Line>('net_amount', 'the same in major units', ({ sum }) =>
    majorText({ currencyCode: sum.currencyCode, amountMinor: sum.netMinor }),
  ),
  minorUnits<Line>(
    'carried_forward_minor',
    'of the net, what is less than the minimum payout and goes to the next window',
    ({ sum }) => sum.netMinor - sum.dueMinor,
  ),
  minorUnits<Line>(
    'carried_in_minor',
    'carried here from earlier windows',
    (line) => line.sum.carriedMinor,
  ),
  minorUnits<Line>(
    'reserve_held_minor',
    'held back of this window',
    (line) => line.sum.reserveMinor,
  ),
  plain<Line>('reserve_release_date', 'when it is let go', ({ sum }) => sum.releaseDate ?? ''),
  minorUnits<Line>(
    'reserve_released_minor',
    'let go of what earlier windows held back',
    (line) => line.sum.releasedMinor,
  ),
  plain<Line>('value_date', 'when the money moves', (line) => line.sum.valueDate),
  plain<Line>('method', '`net` or `gross`', (line) => line.agreement.method),
  plain<Line>(
    'paid_by',
    '`switch` or `participant`; empty where nothing moves',
    ({ movement }) => movement?.from ?? '',
  ),
  minorUnits<Line>('payment_minor', 'what moves, above zero', movedMinor),
  plain<Line>('payment_amount', 'the same in major units', (line) =>
    majorText({ currencyCode: line.sum.currencyCode, amountMinor: movedMinor(line) }),
  ),
  plain<Line>(
    'payment_reference',
    'the end-to-end id of the movement in pacs.009 and pain.001, and at the bank',
    ({ movement }) => movement?.reference ?? '',
  ),
  freeText<Line>(
    'account_name',
    'whose account the agreement names; empty like the rest of it where it names none',
    (line) => payout(line)?.name ?? '',
  ),
  freeText<Line>('account', 'its IBAN, or the number that the bank has given it', accountText),
  plain<Line>('account_bic', 'the bank', (line) => payout(line)?.bic ?? ''),
];

/** The columns of settlement.csv, in their order. */
export const SETTLEMENT_COLUMNS: readonly { name: string; holds: string }[] = COLUMNS;

/** settlement.csv: the net position and the money that moves, a line for each movement. */
export function settlementFile(currency: FiledCurrency): FileWriter {
  return {
    begin: () => headerOf(COLUMNS),
    end: () => {
      const moved: (Movement | undefined)[] = movementsIn(currency);
      const movements = moved.length === 0 ? [undefined] : moved;
      return movements
        .map((movement) => recordOf(COLUMNS, { ...currency, movement }) + LINE_END)
        .join('');
    },
  };
}
