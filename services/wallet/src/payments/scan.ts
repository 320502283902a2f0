import type { ScanCodeResponse } from '@causeway/proto/acquiring';
import type { ScanCodeRequest } from '@causeway/proto/wallet';
import { getWallet } from '../wallets/get.ts';
import { assertUsable } from '../wallets/wallet.ts';
import type { PaymentOffice } from './office.ts';

/**
 * Reads what the user scanned and says what it would cost. Writes nothing. Throws a Refusal
 * WALLET_UNKNOWN, WALLET_FROZEN, WALLET_CLOSED, and what the switch refuses.
 */
export async function scanCode(
  office: PaymentOffice,
  { walletId, ...scanned }: ScanCodeRequest,
  options: { deadlineMs: number },
): Promise<ScanCodeResponse> {
  assertUsable((await getWallet(office, walletId)).status);
  const request = { issuerId: office.issuerId, ...scanned };
  return office.ask('scan_code', (client, within) => client.scanCode(request, within), options);
}
