import { postAdjustmentCommand } from '../adjustments/post.ts';
import { reverseAdjustmentCommand } from '../adjustments/reverse.ts';
import { PUT_AGREEMENT } from '../agreements/put.ts';
import type { CommandHandler } from '../commands/commands.ts';
import { setCapCommand, topUpCommand, withdrawCommand } from '../cover/commands.ts';
import {
  acceptCommand,
  answerCommand,
  decideCommand,
  escalateCommand,
  expireCommand,
  openCommand,
  refundCommand,
  withdrawCommand as withdrawDisputeCommand,
} from '../disputes/commands.ts';
import { ASSIGN, COMMENT, RESOLVE } from '../reconciliation/breaks/commands.ts';
import { uploadFile } from '../reconciliation/load/accept.ts';
import {
  ABORT_WINDOW,
  CLOSE_WINDOW,
  FINISH_WINDOW,
  OPEN_WINDOW,
  SETTLE_WINDOW,
} from '../windows/commands.ts';

/** An uploaded file as the journal has it: without its lines and its name. */
const LINELESS = { loadId: '00000000-0000-0000-0000-000000000000', fileName: '' };

/**
 * What every kind of command does, for making the books again. A kind that is missing here would be
 * a hole in them, so a test looks for handlers that are not listed.
 */
export const HANDLERS: readonly CommandHandler[] = [
  ...[PUT_AGREEMENT, setCapCommand, topUpCommand, withdrawCommand()],
  ...[OPEN_WINDOW, CLOSE_WINDOW, FINISH_WINDOW, SETTLE_WINDOW, ABORT_WINDOW],
  ...[postAdjustmentCommand, reverseAdjustmentCommand],
  ...[openCommand, answerCommand, acceptCommand, escalateCommand, withdrawDisputeCommand],
  ...[expireCommand, decideCommand, refundCommand],
  ...[uploadFile(LINELESS), ASSIGN, COMMENT, RESOLVE],
];
