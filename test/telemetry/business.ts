/** What a metric must say after one payment that succeeded and one whose code had been used. */
export interface Expectation {
  /** What Prometheus calls it; of a histogram one of its series. */
  metric: string;
  /** Which series are added up; PARTNER and ISSUER stand for those of the payments. */
  labels?: Record<string, string>;
  is: number | ((value: number) => boolean);
}

const positive = (value: number) => value > 0;

/** What those who run the switch ask of it, and the answer that the test's traffic must give. */
export const BUSINESS: readonly Expectation[] = [
  {
    metric: 'causeway_routing_payments_total',
    labels: { state: 'SUCCEEDED', partner: 'PARTNER', corridor: 'HKD-JPY', method: 'code' },
    is: 1,
  },
  {
    metric: 'causeway_routing_payments_total',
    labels: { state: 'DECLINED', partner: 'PARTNER', issuer: 'ISSUER', method: 'code' },
    is: 1,
  },
  {
    metric: 'causeway_routing_declines_total',
    labels: { reason: 'code_used', partner: 'PARTNER' },
    is: 1,
  },
  {
    metric: 'causeway_routing_payment_duration_seconds_count',
    labels: { state: 'SUCCEEDED', method: 'code' },
    is: 1,
  },
  { metric: 'causeway_routing_pending', is: 0 },
  { metric: 'causeway_routing_pending_age_seconds', is: 0 },
  { metric: 'causeway_routing_in_doubt', is: 0 },
  {
    metric: 'causeway_acquiring_routed_calls_total',
    labels: { operation: 'create_payment' },
    is: 2,
  },
  {
    metric: 'causeway_acquiring_routed_duration_seconds_count',
    labels: { operation: 'create_payment' },
    is: 2,
  },
  {
    metric: 'rpc_server_call_duration_seconds_count',
    labels: { rpc_method: 'causeway.acquiring.v1.AcquiringService/CreatePayment' },
    is: 2,
  },
  { metric: 'causeway_events_oldest_queued_seconds', is: 0 },
  { metric: 'causeway_events_lag', is: 0 },
  { metric: 'causeway_events_parked_now', is: 0 },
  { metric: 'causeway_events_unpublishable_now', is: 0 },
  {
    metric: 'causeway_events_published_total',
    labels: { stream: 'CAUSEWAY_ROUTING' },
    is: positive,
  },
  { metric: 'causeway_fx_quotes_total', labels: { outcome: 'QUOTED' }, is: positive },
  { metric: 'causeway_fx_exposure', labels: { pair: 'HKD-JPY' }, is: (value) => value !== 0 },
  { metric: 'causeway_fx_exposure_uncovered', is: 0 },
  { metric: 'causeway_settlement_facts_total', labels: { booked: 'true' }, is: 1 },
  { metric: 'causeway_settlement_reconciliation_breaks_open', is: 0 },
  { metric: 'causeway_settlement_reconciliation_breaks_open_age_seconds', is: 0 },
  { metric: 'causeway_probe_findings', is: 0 },
  { metric: 'causeway_settlement_probe_findings', is: 0 },
  { metric: 'causeway_settlement_probe_unbooked', is: 0 },
  { metric: 'causeway_fx_pricing_stopped', is: 0 },
  {
    metric: 'causeway_settlement_cover_taken_percent',
    labels: { side: 'acquirer', participant: 'PARTNER', currency: 'JPY' },
    is: (value) => value >= 0 && value <= 100,
  },
  { metric: 'causeway_settlement_windows_waiting', is: 0 },
  { metric: 'causeway_settlement_windows_overdue', is: 0 },
  { metric: 'causeway_wallet_holds_open', is: 0 },
  { metric: 'causeway_wallet_holds_stranded', is: 0 },
  { metric: 'db_client_connection_max', is: positive },
  { metric: 'db_client_connection_pending_requests', is: (value) => value >= 0 },
  { metric: 'db_client_connection_wait_time_seconds_count', is: positive },
  { metric: 'nodejs_eventloop_delay_p99_seconds', is: (value) => value >= 0 },
  { metric: 'nodejs_eventloop_utilization_ratio', is: positive },
  { metric: 'process_cpu_time_seconds_total', is: positive },
  {
    metric: 'causeway_tls_certificate_not_after_seconds',
    labels: { certificate: 'own', service_name: 'routing' },
    is: (value) => value * 1_000 > Date.now(),
  },
];
