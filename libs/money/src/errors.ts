/** Why an amount, a currency or a rate was refused. */
export type MoneyErrorCode =
  | 'UNKNOWN_CURRENCY'
  | 'BAD_AMOUNT'
  | 'AMOUNT_NOT_REPRESENTABLE'
  | 'AMOUNT_OUT_OF_RANGE'
  | 'BAD_RATE'
  | 'RATE_OUT_OF_RANGE'
  | 'RATE_TOO_PRECISE'
  | 'BAD_BPS'
  | 'BAD_DIGITS'
  | 'BAD_WEIGHTS'
  | 'BAD_DIVISION'
  | 'SPLIT_MISMATCH'
  | 'REFUND_EXCEEDS_CAPTURE';

/** Input that money arithmetic refuses; `code` says why in a form that programs can read. */
export class MoneyError extends Error {
  readonly code: MoneyErrorCode;

  constructor(code: MoneyErrorCode, message: string) {
    super(message);
    this.name = 'MoneyError';
    this.code = code;
  }
}
