/** By what a line was matched. The first that fits counts. */
export type Rule = 'named' | 'derived' | 'referred' | 'alike';

/** How many days apart two sides may say that something happened, and still mean the same. */
export const DAYS_APART = { partner: 1, bank: 3 } as const;

/** A rule in words, as told with a match. */
export function ruleInWords(rule: Rule, source: 'partner' | 'bank'): string {
  if (source === 'bank') {
    return {
      named: 'the entry bears the reference of the movement',
      derived: 'the entry bears the reference of the movement',
      referred: "the entry's text holds the reference of the movement",
      alike: `no other entry and no other movement has this amount, currency and direction, with value dates at most ${DAYS_APART.bank} days apart`,
    }[rule];
  }
  return {
    named: 'the line names our id',
    derived: "the line's own id is the one that our id was made of",
    referred: "the line's reference holds our id, or the acquirer's own",
    alike: `no other line and no other item of the day has this amount, currency and merchant, at most ${DAYS_APART.partner} day apart`,
  }[rule];
}
