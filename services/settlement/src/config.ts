import { probeSettings } from '@causeway/probe';
import {
  type Config,
  type Env,
  integer,
  loadConfig,
  natsSettings,
  type Setting,
  serviceSettings,
  text,
} from '@causeway/runtime';
import { signingKeys } from './certificate/signing-keys.ts';
import type { DisputeTerms } from './disputes/dispute.ts';

const SPEC = {
  ...serviceSettings('settlement', 8),
  ...natsSettings(),
  ...probeSettings(),
  coverWarnPercents: percents('COVER_WARN_PERCENTS', {
    doc: 'shares of its cover, between commas, at which a participant is named in the log',
    default: [80, 95],
  }),
  disputeAnswerHours: hours('DISPUTE_ANSWER_HOURS', {
    doc: 'how long an acquirer has to answer a dispute, and to contest its demand',
    default: 14 * 24,
  }),
  disputeEscalationHours: hours('DISPUTE_ESCALATION_HOURS', {
    doc: 'how long a wallet operator has to demand the refund',
    default: 14 * 24,
  }),
  disputeDecisionHours: hours('DISPUTE_DECISION_HOURS', {
    doc: 'how long an operator has to decide a dispute that is contested',
    default: 30 * 24,
  }),
  routingAddress: text('ROUTING_ADDRESS', { doc: 'host:port of the routing service' }),
  signingKeys: signingKeys('SIGNING_KEYS', {
    doc: 'seeds of the keys of certificates, like k1:<64 hex digits>; the first signs',
  }),
};

/** What this service can be told by its environment. */
export type SettlementConfig = Config<typeof SPEC> & { disputeTerms: DisputeTerms };

/** Reads the environment. Throws a ConfigError that lists everything that is wrong. */
export function settlementConfig(env: Env): SettlementConfig {
  const config = loadConfig(env, SPEC);
  return {
    ...config,
    disputeTerms: {
      answerHours: config.disputeAnswerHours,
      escalationHours: config.disputeEscalationHours,
      decisionHours: config.disputeDecisionHours,
    },
  };
}

function hours(name: string, options: { doc: string; default: number }): Setting<number> {
  return integer(name, { ...options, min: 0, max: 24 * 366 });
}

function percents(
  name: string,
  options: { doc: string; default: readonly number[] },
): Setting<readonly number[]> {
  return {
    name,
    doc: options.doc,
    read(raw) {
      if (raw === undefined) return options.default;
      const values = raw.split(',').map((item) => item.trim());
      if (values.every((value) => /^(100|[1-9]\d?)$/.test(value))) {
        return values.map((value) => Number.parseInt(value, 10)).sort((a, b) => a - b);
      }
      throw new Error('must be whole numbers from 1 to 100 between commas');
    },
  };
}
