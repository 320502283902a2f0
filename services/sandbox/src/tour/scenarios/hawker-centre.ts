import { compareRates, parseRate } from '@causeway/money';
import {
  EliminationReason,
  type RouteCandidate,
  type RouteExplanation,
} from '@causeway/proto/routing';
import { OPERATOR_ID } from '../../seed/seed.ts';
import { type Check, holds, same } from '../checks.ts';
import * as say from '../say.ts';
import { confirmedChecks, scanAndPay } from '../scanning.ts';
import { columns, heads } from '../screen.ts';
import type { Scenario, Stage } from '../stage.ts';

/** One code under PayNow and NETS, as Singapore's stalls have them: SGD, no amount. */
const SGQR_CODE =
  '00020101021126370009SG.PAYNOW010120210201812345A0301127390011SG.COM.NETS0120231204000000000000015204581253037025802SG5914STALL 17 LAKSA6009SINGAPORE63042D48';
/** Small enough for the partner without a fixed fee to be the cheaper one. */
const LAKSA = { currencyCode: 'SGD', amountMinor: 6_50n };
/** Large enough for the other. */
const SEAFOOD = { currencyCode: 'SGD', amountMinor: 148_00n };

/** Two partners reach the same stall; what a payment costs all in decides, and can be shown. */
export const hawkerCentre: Scenario = {
  name: 'hawker-centre',
  title: 'Hawker centre in Singapore: one code, two partners, and why one was taken',
  async play(stage) {
    const checks: Check[] = [];
    for (const amount of [LAKSA, SEAFOOD]) {
      const paid = await scanAndPay(stage, stage.payer, SGQR_CODE, 'Singapore', amount);
      const why = await explanationOf(stage, paid.payment.paymentId);
      checks.push(
        ...confirmedChecks(paid, amount.amountMinor),
        same(`${say.money(amount)} could go over two routes`, 2, paid.routes),
        ...explanationChecks(why, paid.payment.partnerId),
      );
    }
    return checks;
  },
};

async function explanationOf(stage: Stage, paymentId: string): Promise<RouteExplanation> {
  const { explanation } = await stage.callers.as(OPERATOR_ID).policies.explainRoute({ paymentId });
  if (explanation === undefined) throw new Error('an answer without an explanation');
  stage.screen.step('operator', `asks why: ${explanation.decidedBy}`);
  stage.screen.detail(
    columns(
      [
        heads('route', 'markup', 'partner', 'scheme', 'all in', 'success', 'score', ''),
        ...explanation.candidates.map(candidateLine),
      ],
      [1, 2, 3, 4, 5, 6],
    ),
  );
  return explanation;
}

function candidateLine({
  routeId,
  cost,
  successRate,
  score,
  eliminated,
}: RouteCandidate): string[] {
  const why = eliminated === EliminationReason.UNSPECIFIED ? '' : EliminationReason[eliminated];
  const { markupBps = '', partnerBps = '', schemeBps = '', totalBps = '' } = cost ?? {};
  return [routeId, markupBps, partnerBps, schemeBps, totalBps, successRate, score, why ?? ''];
}

/** Failures that somebody played with count too, so what is cheaper is not always the same. */
function explanationChecks(
  { reproduced, candidates }: RouteExplanation,
  partnerId: string,
): Check[] {
  const [best, ...others] = candidates;
  const isLowest = others.every(
    ({ score }) => compareRates(parseRate(best?.score ?? ''), parseRate(score)) <= 0,
  );
  return [
    same('and went over the one that ranks first', best?.partnerId, partnerId),
    holds('which has the lowest score', isLowest),
    holds('the choice, made again, is the same', reproduced),
  ];
}
