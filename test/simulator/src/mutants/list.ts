import type { Mutant } from './mutant.ts';

const ROUTING = 'services/routing/src';
const WALLET = 'services/wallet/src';

/** The bugs that the simulator must find. */
export const MUTANTS: readonly Mutant[] = [
  {
    name: 'operators-tombstone-dropped',
    what: 'a wallet operator leaves no mark where it voids a payment that it has not seen',
    foundAt: 0,
    edits: [
      {
        file: `${WALLET}/charges/void.ts`,
        find: `if (!planted('tombstone-dropped')) set.setCharge(mark);`,
        replace: '',
      },
    ],
  },
  {
    name: 'tombstone-dropped',
    what: 'a cancel of a payment that was never seen is answered and not recorded',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/cancel.ts`,
        find: 'if (await book.insert(tombstone, deadlineMs)) return tombstone;',
        replace: 'return tombstone;',
      },
    ],
  },
  {
    name: 'acknowledged-before-commit',
    what: 'a decision is answered while its commit is still under way',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/book.ts`,
        find: 'const committed = await this.#commit(change);\n      if',
        replace: `const committed = 'done'; void this.#commit(change).catch(() => undefined);\n      if`,
      },
    ],
  },
  {
    name: 'other-route-on-unknown',
    what: 'the next route is tried while it is not known whether the first has charged',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/machine/partner.ts`,
        find: `if (payment.step === 'CONFIRM') return askAgain(payment, at);`,
        replace: `if (payment.step === 'CONFIRM') return goOn(payment, DeclineReason.PARTNER_UNAVAILABLE, at);`,
      },
    ],
  },
  {
    name: 'debit-doubled',
    what: 'the ledger takes one debit in about sixteen twice',
    foundAt: 0,
    edits: [
      {
        file: 'libs/ledger/src/plants.ts',
        find: `if (planted('debit-doubled')) {`,
        replace: 'if (true) {',
      },
    ],
  },
  {
    name: 'refund-sum-unchecked',
    what: 'refunds may pass what was captured',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/machine/refund.ts`,
        find: 'if (givenMinor > leftMinor || givenMinor === 0n)',
        replace: 'if (givenMinor === 0n)',
      },
      {
        file: 'libs/money/src/refund.ts',
        find: 'if (refunded > payee) {',
        replace: 'if (false) {',
      },
      {
        file: 'libs/money/src/refund.ts',
        find: 'if (refunded > total) {',
        replace: 'if (false) {',
      },
    ],
  },
  {
    name: 'taken-over-hold-expires',
    what: 'a hold keeps its deadline when the switch takes it over',
    foundAt: 0,
    edits: [
      {
        file: `${WALLET}/charges/take-over.ts`,
        find: '{ ...charge, holdExpiresAtMs: undefined }',
        replace: '{ ...charge, updatedAtMs: set.moment.nowMs }',
      },
    ],
  },
  {
    name: 'new-price-in-recovery',
    what: 'whoever takes a payment up charges it at another price than was planned',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/worker.ts`,
        find: 'return this.undertake(payment, this.#drive(payment, false));',
        replace: `const { payerAmount: was } = payment;
    const payerAmount = was && { ...was, amountMinor: was.amountMinor + 1n };
    return this.undertake(payment, this.#drive({ ...payment, payerAmount }, false));`,
      },
    ],
  },
  {
    name: 'decline-forgotten',
    what: 'a wallet operator records no declines',
    foundAt: 0,
    edits: [
      {
        file: `${WALLET}/charges/debit.ts`,
        find: 'set.setCharge(charge);',
        replace: `if (charge.state !== 'declined') set.setCharge(charge);`,
      },
    ],
  },
  {
    name: 'recovery-counts-as-first',
    what: 'whoever takes a payment up believes that nobody has called its partner before',
    foundAt: 12,
    edits: [
      {
        file: `${ROUTING}/payments/worker.ts`,
        find: 'return this.undertake(payment, this.#drive(payment, false));',
        replace: 'return this.undertake(payment, this.#drive(payment, true));',
      },
    ],
  },
  {
    name: 'state-backwards',
    what: 'a list shows whatever was told of a payment last, in whatever order it came',
    foundAt: 0,
    edits: [
      {
        file: 'test/simulator/src/parties/books.ts',
        find: 'payment.version > known.version',
        replace: 'payment.version !== known.version',
      },
    ],
  },
  {
    name: 'version-ignored',
    what: 'a commit does not ask whether somebody else has decided first',
    foundAt: 0,
    edits: [
      {
        file: 'test/simulator/src/stores/routing-tables.ts',
        find: `if (before && before.version !== payment.version - 1) return 'lost';`,
        replace: '',
      },
    ],
  },
  {
    name: 'cancelled-without-fence',
    what: 'a payment under way is cancelled without asking the wallet operator',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/machine/next.ts`,
        find: `if (payment.step === 'AWAIT_PAYER') return end(payment, at, 'CANCELLED');`,
        replace: `if (payment.state === 'PENDING') return end(payment, at, 'CANCELLED');`,
      },
    ],
  },
  {
    name: 'refund-id-per-attempt',
    what: 'each attempt at a refund has an id of its own at the wallet operator',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/effects.ts`,
        find: 'await issuer.refund({ ...named(payment), refundId,',
        replace: `await issuer.refund({ ...named(payment),
        refundId: refundId.slice(0, 24) + String(this.options.runtime.clock.nowMs()).slice(-12),`,
      },
    ],
  },
  {
    name: 'captured-in-doubt',
    what: 'a partner that does not answer an inquiry counts as having confirmed',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/machine/partner.ts`,
        find: `if (at.now.getTime() >= reverseAtMs) return stepTo(payment, 'REVERSE', at);`,
        replace: `if (at.now.getTime() >= reverseAtMs) return stepTo(payment, 'CAPTURE', at);`,
      },
    ],
  },
  {
    name: 'void-unanswered',
    what: 'a void that nobody answered counts as done',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/effects.ts`,
        find: 'return this.#void(payment);',
        replace: `return (await this.#void(payment)) ?? { kind: 'fenced' };`,
      },
    ],
  },
  {
    name: 'code-used-twice',
    what: 'a code can be charged once more',
    foundAt: 0,
    edits: [
      {
        file: `${WALLET}/charges/debit.ts`,
        find: `if (code?.usedBy !== undefined) return 'CODE_USED';`,
        replace: '',
      },
    ],
  },
  {
    name: 'answers-swapped',
    what: 'the calls of a batch get the answers of their neighbours',
    foundAt: 0,
    edits: [
      {
        file: 'libs/batch/src/coalescer.ts',
        find: 'for (const [index, answer] of answers.entries()) {',
        replace:
          'for (const [index, answer] of [...answers.slice(1), ...answers.slice(0, 1)].entries()) {',
      },
    ],
  },
  {
    name: 'fact-forgotten',
    what: 'a decline is committed without its fact',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/book.ts`,
        find: 'fact: factOf(kind, payment, wasCaptured, refund),',
        replace: `fact: kind === 'declined' ? undefined : factOf(kind, payment, wasCaptured, refund),`,
      },
    ],
  },
  {
    name: 'refund-rounded-up',
    what: 'what the payer gets back is rounded up',
    foundAt: 0,
    edits: [
      {
        file: 'libs/money/src/refund.ts',
        find: "return divide(payer * refunded, payee, 'down');",
        replace: "return divide(payer * refunded, payee, 'up');",
      },
    ],
  },
  {
    name: 'order-taken-twice',
    what: 'a second wallet can confirm an order that the first is paying',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/payments/machine/order.ts`,
        find: `if (payment.step !== 'AWAIT_PAYER') return refused(whyNotOpen(payment));`,
        replace: `if (payment.state !== 'PENDING') return refused(whyNotOpen(payment));`,
      },
      {
        file: `${ROUTING}/payments/confirm.ts`,
        find: `if (order.step === 'AWAIT_PAYER') return;`,
        replace: `if (order.state === 'PENDING') return;`,
      },
    ],
  },
  {
    name: 'sealed-day-stamped',
    what: 'a success does not ask whether its clearing days are sealed',
    foundAt: 0,
    edits: [
      {
        file: `${ROUTING}/clearing/stamps.ts`,
        find: `    case 'succeeded':
      return stamps(payment, payment);`,
        replace: `    case 'succeeded':
      return [];`,
      },
    ],
  },
];
