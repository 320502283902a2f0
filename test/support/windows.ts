import { type Participant, ParticipantKind } from '@causeway/proto/common';
import { WindowState } from '@causeway/proto/settlement';
import type { Shop } from './shop.ts';
import { until } from './until.ts';
import type { World } from './world.ts';

/** Whose window a shop's payments are in. */
export function acquirerOf({ partner }: Shop): Participant {
  return { participantKind: ParticipantKind.ACQUIRER, participantId: partner.id };
}

/** The day of a shop's acquirer that is open; it is opened a moment after the acquirer came. */
export async function openDay({ ops }: World, shop: Shop): Promise<string> {
  const asked = { participant: acquirerOf(shop), state: WindowState.OPEN, pageSize: 1 };
  const listed = () => ops.windows.listWindows({ ...asked, pageToken: '' });
  const { windows } = await until(listed, (found) => found.windows.length > 0);
  return windows[0]?.clearingDate ?? '';
}
