import type { Scenario } from '../stage.ts';
import { cancelAfterSuccess } from './cancel-after-success.ts';
import { cancelFirst } from './cancel-first.ts';
import { cities } from './cities.ts';
import { convenienceStore } from './convenience-store.ts';
import { cover } from './cover.ts';
import { expiredCode } from './expired-code.ts';
import { foodCourt } from './food-court.ts';
import { groupBuying } from './group-buying.ts';
import { hawkerCentre } from './hawker-centre.ts';
import { hongKong } from './hong-kong.ts';
import { insufficientFunds } from './insufficient-funds.ts';
import { keyReused } from './key-reused.ts';
import { partialRefunds } from './partial-refunds.ts';
import { photoApp } from './photo-app.ts';
import { rideHailing } from './ride-hailing.ts';
import { sameRequest } from './same-request.ts';
import { shoppingMall } from './shopping-mall.ts';
import { taxi } from './taxi.ts';
import { tokyo } from './tokyo.ts';
import { trainTickets } from './train-tickets.ts';
import { transit } from './transit.ts';

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
  rideHailing,
  photoApp,
  groupBuying,
  trainTickets,
  shoppingMall,
  taxi,
  foodCourt,
  convenienceStore,
  hawkerCentre,
  transit,
  cover,
];
