import type { Call } from '@causeway/rpc';
import { assertMayTouch } from './caller.ts';
import { Fields } from './fields.ts';

const MAX_PAGE_SIZE = 500;

/** Checks what every call about one wallet has in common. */
export interface Door {
  /**
   * The wallet that a call is about. Throws a Refusal FIELD_INVALID that names every wrong field,
   * those found by `check` too, and WALLET_UNKNOWN where the caller may not touch that wallet.
   */
  named(request: { walletId: string }, call: Call, check?: (fields: Fields) => void): string;
  /** A check of a page's size. */
  page(request: { pageSize: number }): (fields: Fields) => void;
}

/** The door to the wallets of one operator. */
export function doorOf(issuerId: string): Door {
  return {
    named({ walletId }, call, check) {
      const fields = new Fields();
      fields.uuid('wallet_id', walletId);
      check?.(fields);
      fields.refuse();
      assertMayTouch(call, issuerId, walletId);
      return walletId;
    },
    page:
      ({ pageSize }) =>
      (fields) =>
        fields.within('page_size', pageSize, 0, MAX_PAGE_SIZE),
  };
}
