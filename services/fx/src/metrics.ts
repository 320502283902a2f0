import { counter, gauge } from '@causeway/runtime';

/** Every instrument of this service. */
export const metrics = {
  pricesAccepted: counter('causeway.fx.prices.accepted', {
    unit: '{price}',
    description: 'Prices of liquidity providers that every guard let pass, by source.',
    attributes: ['source'],
  }),
  pricesRefused: counter('causeway.fx.prices.refused', {
    unit: '{price}',
    description: 'Prices of liquidity providers that a guard refused, by source and guard.',
    attributes: ['source', 'guard'],
  }),
  referenceRefused: counter('causeway.fx.reference.refused', {
    unit: '{file}',
    description: 'Reference files that could not be fetched, read, or trusted.',
  }),
  boardsPublished: counter('causeway.fx.boards.published', {
    unit: '{board}',
    description: 'Rate boards that this process was the first to store.',
  }),
  boardEntries: gauge('causeway.fx.board.entries', {
    unit: '{entry}',
    description: 'Payee currencies on the newest board, by payer currency.',
    attributes: ['payer_currency_code'],
  }),
  quotes: counter('causeway.fx.quotes', {
    unit: '{quote}',
    description: 'Quotes asked for, by what came of them.',
    attributes: ['outcome'],
  }),
  pricingStopped: gauge('causeway.fx.pricing_stopped', {
    unit: '{stop}',
    description: 'Whether no price is promised since everything is stopped; alert above 0.',
  }),
  exposureFacts: counter('causeway.fx.exposure.facts', {
    unit: '{fact}',
    description: 'Facts that moved a position, by whether they were new.',
    attributes: ['new'],
  }),
  exposure: gauge('causeway.fx.exposure', {
    unit: '{minor_unit}',
    description: "Open positions in the payer's currency, by pair.",
    attributes: ['pair'],
  }),
  exposureUncovered: gauge('causeway.fx.exposure.uncovered', {
    unit: '{pair}',
    description: 'Pairs over their limit that no provider can be asked to cover; alert above 0.',
  }),
  coverAnswers: counter('causeway.fx.cover.answers', {
    unit: '{answer}',
    description: 'What providers answered when asked for a cover trade, by provider.',
    attributes: ['provider', 'answer'],
  }),
};
