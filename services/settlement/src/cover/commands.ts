import type { Tx } from '@causeway/db';
import type { Command, CommandHandler } from '../commands/commands.ts';
import type { Side } from '../participants.ts';
import { type Posting, post } from '../postings/post.ts';
import type { CoverKey } from './position.ts';
import { addPrefunding, putCap } from './store.ts';

interface Named {
  participantKind: Side;
  participantId: string;
  currencyCode: string;
}

/** What a change of a cap says; a cap in minor units as a decimal string, null to lift it. */
export type CapBody = Readonly<Named & { capMinor: string | null }> & JsonObject;
/** What a movement of liquidity says; above zero, in minor units as a decimal string. */
export type LiquidityBody = Readonly<Named & { amountMinor: string; reference: string }> &
  JsonObject;
interface JsonObject {
  readonly [key: string]: string | null;
}

/** Sets a net debit cap or lifts it. */
export const setCapCommand: CommandHandler<CapBody> = {
  kind: 'cover.set_cap',
  apply: (tx, { body }) =>
    putCap(tx, coverKeyOf(body), body.capMinor === null ? undefined : BigInt(body.capMinor)),
};

/** Liquidity arrives. */
export const topUpCommand: CommandHandler<LiquidityBody> = {
  kind: 'cover.top_up',
  async apply(tx, command) {
    const { body } = command;
    await addPrefunding(tx, coverKeyOf(body), BigInt(body.amountMinor));
    await post(tx, command, [moved(command, 'top_up')]);
  },
};

/**
 * Liquidity leaves.
 *
 * @param guard refuses for what only the moment knows: what is used and leased. Books that are made
 *   again from the journal do without, since what is in the journal was not refused.
 */
export function withdrawCommand(
  guard: (tx: Tx, body: LiquidityBody) => Promise<void> = async () => {},
): CommandHandler<LiquidityBody> {
  return {
    kind: 'cover.withdraw',
    async apply(tx, command) {
      const { body } = command;
      await guard(tx, body);
      await addPrefunding(tx, coverKeyOf(body), -BigInt(body.amountMinor));
      await post(tx, command, [moved(command, 'withdrawal')]);
    },
  };
}

/** Whose cover a body names. */
export function coverKeyOf({ participantKind, participantId, currencyCode }: Named): CoverKey {
  return { participant: { kind: participantKind, id: participantId }, currencyCode };
}

function moved({ body }: Command<LiquidityBody>, kind: 'top_up' | 'withdrawal'): Posting {
  const bank = { code: 'nostro', owner: '' } as const;
  const liquidity = { code: 'prefunding', owner: body.participantId } as const;
  const isIn = kind === 'top_up';
  return {
    ...{ step: kind, kind, currencyCode: body.currencyCode, reference: body.reference },
    debit: isIn ? bank : liquidity,
    credit: isIn ? liquidity : bank,
    amountMinor: BigInt(body.amountMinor),
  };
}
