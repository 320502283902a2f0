/** What a message carries besides its payload. */
export const HEADER = {
  /** JetStream's own: the fact id, by which it drops what it has stored already. */
  factId: 'Nats-Msg-Id',
  lane: 'Causeway-Lane',
  traceparent: 'traceparent',
} as const;
