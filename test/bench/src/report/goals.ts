import type { Figures } from './figures.ts';

/** What a figure should reach. They are goals: missing one fails nothing. */
interface Goal {
  title: string;
  value(figures: Figures): number | null;
  reach: number;
  stretch: number;
  /** Whether less is better. */
  below?: boolean;
}

const GOALS: readonly Goal[] = [
  {
    title: 'unary payments ÷ bare unary echo',
    value: (f) => f.unary_over_echo,
    reach: 0.45,
    stretch: 0.6,
  },
  {
    title: 'streamed payments ÷ bare unary echo',
    value: (f) => f.stream_over_echo,
    reach: 0.8,
    stretch: 1.2,
  },
  {
    title: 'ledger transfers ÷ tpcb-like transactions',
    value: (f) => f.ledger_over_tpcb,
    reach: 6,
    stretch: 8,
  },
  {
    title: 'hot account with 1 % rejects ÷ uniform',
    value: (f) => f.hot_over_uniform,
    reach: 1,
    stretch: 1.1,
  },
  {
    title: 'ledger ÷ transaction per transfer',
    value: (f) => f.ledger_over_naive,
    reach: 8,
    stretch: 12,
  },
  {
    title: 'p99 ÷ p50 at half load, open loop',
    value: ({ half_load_p99_ms: p99, half_load_p50_ms: p50 }) =>
      p99 === null || p50 === null ? null : p99 / p50,
    reach: 5,
    stretch: 3,
    below: true,
  },
  {
    title: 'drain: time after the last payment ÷ length of the run',
    value: (f) => f.drain_share,
    reach: 0.05,
    stretch: 0,
    below: true,
  },
  {
    title: 'cost per payment, grown ÷ small',
    value: (f) => f.growth_cost_ratio,
    reach: 1.2,
    stretch: 1.05,
    below: true,
  },
];

/** One line of the table of goals. */
export interface Judged {
  title: string;
  value: number;
  goal: string;
  verdict: 'stretch' | 'reached' | 'below' | 'above';
}

/** Compares what was measured with the goals. */
export function judge(figures: Figures): Judged[] {
  return GOALS.flatMap((goal) => {
    const value = goal.value(figures);
    if (value === null) return [];
    const sign = goal.below ? '≤' : '≥';
    return [
      {
        title: goal.title,
        value,
        goal: `${sign} ${goal.reach}, stretch ${sign} ${goal.stretch}`,
        verdict: verdictOf(goal, value),
      },
    ];
  });
}

function verdictOf({ reach, stretch, below }: Goal, value: number): Judged['verdict'] {
  const meets = (wanted: number) => (below ? value <= wanted : value >= wanted);
  if (meets(stretch)) return 'stretch';
  if (meets(reach)) return 'reached';
  return below ? 'above' : 'below';
}
