import type { Payer } from '@causeway/proto/wallet';
import type { AgreementLanes } from '../agreements/lanes.ts';
import type { ChargeCommand, ChargeKey } from '../charges/command.ts';
import type { FindHolder } from '../transit/holders.ts';
import type { LossWalletOf } from '../transit/losses.ts';

/** Commands that record something whatever is known of the payment, and so need a lasting place. */
const RECORDING: ReadonlySet<ChargeCommand['kind']> = new Set(['charge', 'hold', 'void']);

/** Where what a payer is named by leads. */
interface Places {
  lanes: AgreementLanes;
  findHolder: FindHolder;
  lossWalletOf: LossWalletOf;
}

/**
 * The command where its agreement's charges are kept, or with the wallet whose grant it is, or with the
 * operator's own where it bears a loss; every other command as it is.
 */
export async function placed(
  { lanes, findHolder, lossWalletOf }: Places,
  command: ChargeCommand,
  payer: Payer | undefined,
  options: { deadlineMs: number },
): Promise<ChargeCommand> {
  if ('payer' in command && command.payer.tap !== undefined) {
    const { tap } = command.payer;
    const holderId = await findHolder(tap.grantId, options);
    if (tap.lossId === undefined || holderId === undefined) {
      return { ...command, payer: { ...command.payer, walletId: holderId } };
    }
    const walletId = await lossWalletOf(command.lane);
    return { ...command, payer: { ...command.payer, walletId, holderId } };
  }
  const agreementId = agreementIdOf(payer);
  if (agreementId === undefined) return command;
  const { lane, walletId } = RECORDING.has(command.kind)
    ? await lanes.claim(agreementId, options)
    : await lanes.find(agreementId);
  if (!('payer' in command)) return { ...command, lane };
  return { ...command, lane, payer: { agreementId, walletId } };
}

/** The same for a question. */
export async function placedKey(
  lanes: AgreementLanes,
  key: ChargeKey,
  payer: Payer | undefined,
): Promise<ChargeKey> {
  const agreementId = agreementIdOf(payer);
  if (agreementId === undefined) return key;
  const { lane } = await lanes.find(agreementId);
  return { ...key, lane };
}

function agreementIdOf(payer: Payer | undefined): string | undefined {
  return payer?.reference?.$case === 'agreementId' ? payer.reference.value : undefined;
}
