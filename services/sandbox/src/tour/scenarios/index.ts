import type { Scenario } from '../stage.ts';
import { cancelAfterSuccess } from './cancel-after-success.ts';
import { cancelFirst } from './cancel-first.ts';
import { cities } from './cities.ts';
import { expiredCode } from './expired-code.ts';
import { hongKong } from './hong-kong.ts';
import { insufficientFunds } from './insufficient-funds.ts';
import { keyReused } from './key-reused.ts';
import { partialRefunds } from './partial-refunds.ts';
import { sameRequest } from './same-request.ts';
import { tokyo } from './tokyo.ts';

/** What the tour shows, in this order. */
export const SCENARIOS: readonly Scenario[] = [
  tokyo,
  cities,
  hongKong,
  sameRequest,
  keyReused,
  insufficientFunds,
  expiredCode,
  cancelAfterSuccess,
  cancelFirst,
  partialRefunds,
];
