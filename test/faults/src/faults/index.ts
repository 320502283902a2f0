import type { Fault } from '../fault.ts';
import { replyLost } from './001-reply-lost.ts';
import { oneKey } from './002-one-key.ts';
import { otherContent } from './003-other-content.ts';
import { oldKey } from './004-old-key.ts';
import { killed } from './005-killed.ts';
import { unpublished } from './006-unpublished.ts';
import { refunds } from './019-refunds.ts';
import { captureAgainstCancel } from './020-capture-cancel.ts';
import { lateDebit } from './026-late-debit.ts';
import { declineLost } from './027-decline-lost.ts';
import { partnerInside } from './029-partner-inside.ts';
import { liedTo } from './030-lied-to.ts';
import { INFRASTRUCTURE_FAULTS } from './infrastructure.ts';

/** Every fault of the list, in its order, and what is made to happen beyond it. */
export const FAULTS: readonly Fault[] = [
  ...[replyLost, oneKey, otherContent, oldKey, killed, unpublished],
  ...[refunds, captureAgainstCancel, lateDebit, declineLost, partnerInside, liedTo],
  ...INFRASTRUCTURE_FAULTS,
].toSorted((a, b) => a.id - b.id);
