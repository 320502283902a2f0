import { counter, gauge, histogram } from '@causeway/runtime';

/** Every instrument of this service. */

export const paymentsEnded = counter('causeway.routing.payments', {
  unit: '{payment}',
  description:
    'Payments that reached a final state, by state, decline reason, partner and issuer. A partner with many CODE_UNKNOWN may be guessing codes.',
});

export const paymentDuration = histogram('causeway.routing.payment.duration', {
  unit: 's',
  description: 'From the intent to the outcome, by state.',
});

export const issuerCalls = counter('causeway.routing.issuer.calls', {
  unit: '{call}',
  description: 'Calls to wallet operators, by issuer, method and outcome.',
});

export const recovered = counter('causeway.routing.recovered', {
  unit: '{payment}',
  description: 'Payments and refunds that recovery took up, by kind.',
});

export const pendingCount = gauge('causeway.routing.pending', {
  unit: '{payment}',
  description: 'Payments and refunds that still owe an effect.',
});

export const pendingAge = gauge('causeway.routing.pending.age', {
  unit: 's',
  description: 'How long the oldest effect on an issuer has been owed; alert above 60 s.',
});
