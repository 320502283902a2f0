import { counter, gauge, histogram } from '@causeway/runtime';

/** Every instrument of this service. */

export const paymentsEnded = counter('causeway.routing.payments', {
  unit: '{payment}',
  description:
    'Payments that reached a final state, by state, partner, issuer, method and corridor: PAYER-PAYEE currency, `*` for a payer that was not known yet.',
  attributes: ['state', 'partner', 'issuer', 'corridor', 'method'],
});

export const paymentsDeclined = counter('causeway.routing.declines', {
  unit: '{payment}',
  description:
    'Payments that were declined, by reason, partner and issuer. A partner with many CODE_UNKNOWN may be guessing codes.',
  attributes: ['reason', 'partner', 'issuer'],
});

export const paymentDuration = histogram('causeway.routing.payment.duration', {
  unit: 's',
  description:
    'From the first commit to the outcome, by state and method; of an order with the time that it waited for its payer.',
  attributes: ['state', 'method'],
});

export const issuerCalls = counter('causeway.routing.issuer.calls', {
  unit: '{call}',
  description: 'Calls to wallet operators, by issuer, method and outcome.',
  attributes: ['issuer', 'method', 'outcome'],
});

export const partnerCalls = counter('causeway.routing.partner.calls', {
  unit: '{call}',
  description:
    "Calls to partners' connectors, by route, method and outcome: answered, failed, unreachable, or full where the route's limit kept the call from being made.",
  attributes: ['route', 'method', 'outcome'],
});

export const partnerCallDuration = histogram('causeway.routing.partner.call.duration', {
  unit: 's',
  description: "How long calls to partners' connectors took, by route and method.",
  attributes: ['route', 'method'],
});

export const incidents = counter('causeway.routing.incidents', {
  unit: '{incident}',
  description:
    'Parties that did not keep to what they had answered, by kind, partner and issuer: alert on any.',
  attributes: ['kind', 'partner', 'issuer'],
});

export const recovered = counter('causeway.routing.recovered', {
  unit: '{payment}',
  description: 'Payments and refunds that recovery took up, by kind.',
  attributes: ['kind'],
});

export const pendingCount = gauge('causeway.routing.pending', {
  unit: '{payment}',
  description: 'Payments and refunds that still owe an effect.',
});

export const pendingAge = gauge('causeway.routing.pending.age', {
  unit: 's',
  description:
    'How long the oldest effect has been owed; alert above 60 s, or as long as doubt may last.',
});

export const inDoubt = gauge('causeway.routing.in_doubt', {
  unit: '{payment}',
  description:
    'Payments and refunds that a party was asked for and has not answered clearly, by what is asked of it next; each is followed until it is answered.',
  attributes: ['step'],
});

export const routeDecisions = counter('causeway.routing.routes.decisions', {
  unit: '{decision}',
  description: 'Choices of routes, by the stage that decided.',
  attributes: ['stage'],
});

export const routeOutcomes = counter('causeway.routing.routes.outcomes', {
  unit: '{payment}',
  description: 'How payments went over a route, by route; what is not its fault is not counted.',
  attributes: ['route', 'outcome'],
});

export const circuitsOpen = gauge('causeway.routing.routes.circuits.open', {
  unit: '{route}',
  description: 'Routes whose circuit is open or probing, as this replica sees them.',
});

export const choicesNotReproduced = counter('causeway.routing.routes.unlike', {
  unit: '{decision}',
  description: 'Choices that, made again, were not those on record. Each is an incident.',
});

export const clearingSeals = counter('causeway.routing.clearing.seals', {
  unit: '{seal}',
  description: 'Participants whose days were sealed, by why: ended, or asked for before.',
  attributes: ['why'],
});

export const clearingUnsealed = gauge('causeway.routing.clearing.unsealed', {
  unit: '{participant}',
  description:
    'Participants whose days have ended and could not be sealed; alert on any that stay.',
});

export const sealsMet = counter('causeway.routing.clearing.met', {
  unit: '{commit}',
  description: 'Decisions that met a seal at their commit, and were made again.',
});

export const coverRefills = counter('causeway.routing.cover.refills', {
  unit: '{payment}',
  description:
    'Payments and refunds that found a slice of cover too small, by side, participant and what came of asking for more: more, exhausted, or unavailable where settlement did not answer.',
  attributes: ['side', 'participant', 'outcome'],
});

export const coverWrittenOff = counter('causeway.routing.cover.written_off', {
  unit: '{slice}',
  description: 'Slices that a restore of the database brought back and that were written off.',
  attributes: ['side', 'participant', 'currency'],
});
