/**
 * What is mutated, part by part, and the tests that have to notice. Only tests that need no server:
 * a mutant costs all of them.
 */
export const PARTS = {
  money: {
    about: 'libs/money: amounts, rates, conversions, refunds, shares',
    mutate: ['libs/money/src/**/*.ts', '!libs/money/src/{index,arbitraries}.ts'],
    tests: ['libs/money/src/**/*.test.ts'],
  },
  machine: {
    about: 'the payment machine of routing',
    mutate: ['services/routing/src/payments/machine/*.ts'],
    tests: [
      'services/routing/src/payments/machine/*.test.ts',
      'services/routing/src/payments/{journeys,restored}.test.ts',
    ],
  },
  ledger: {
    about: 'libs/ledger: the books and what is decided on them',
    mutate: ['libs/ledger/src/{account,books,decide,judge,lane-map,transfer}.ts'],
    tests: ['libs/ledger/src/*.test.ts'],
  },
};
