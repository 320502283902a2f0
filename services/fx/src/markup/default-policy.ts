/**
 * The markup unless MARKUP_POLICY says otherwise. Sizes are major units of the size currency; a
 * tier holds from its size on. Pairs may have tiers of their own, and so may corridors, which are
 * a payer currency and a merchant country and win over pairs. A pegged pair costs little to hold.
 */
export const DEFAULT_MARKUP_POLICY = JSON.stringify({
  size_currency_code: 'HKD',
  default: [
    { from: '0', bps: 90 },
    { from: '1000', bps: 70 },
    { from: '5000', bps: 50 },
  ],
  pairs: {
    'HKD-JPY': [
      { from: '0', bps: 80 },
      { from: '1000', bps: 60 },
      { from: '5000', bps: 40 },
    ],
    'HKD-CNY': [
      { from: '0', bps: 60 },
      { from: '1000', bps: 50 },
      { from: '5000', bps: 30 },
    ],
    'HKD-MOP': [{ from: '0', bps: 30 }],
  },
  corridors: {},
});
