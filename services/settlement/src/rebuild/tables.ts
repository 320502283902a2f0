/** A table that follows from facts and commands alone. */
export interface BooksTable {
  name: string;
  /** Its primary key: what a difference is named by. */
  key: readonly string[];
  /** Columns that are not compared, with the reason. */
  leftOut?: Readonly<Record<string, string>>;
  /** Columns of which only a part is compared: what stands for them, as SQL. */
  insteadOf?: Readonly<Record<string, string>>;
}

const OF_PARTICIPANT = ['participant_kind', 'participant_id'];
const WALL_TIME = 'the moment at which it was written; what it is about has a time of its own';
const RUNS = 'how often it was matched; whoever asks for another run changes nothing in the books';

/** The books, in the order in which they are compared: causes before what they add up to. */
export const BOOKS: readonly BooksTable[] = [
  { name: 'commands', key: ['seq'] },
  {
    name: 'bookings',
    key: ['lane', 'payment_id', 'kind', 'subject_id'],
    leftOut: { booked_at: WALL_TIME },
    // Two facts tell of a cancel, that it was accepted and that it was carried out; whichever comes
    // first gives its time.
    insteadOf: { occurred_at: "CASE WHEN kind <> 'cancel' THEN occurred_at END" },
  },
  {
    name: 'totals',
    key: ['lane', 'kind', 'issuer_id', 'partner_id', 'payer_currency', 'payee_currency'],
    leftOut: { updated_at: WALL_TIME },
  },
  { name: 'cover_bookings', key: ['lane', 'payment_id', 'kind', 'subject_id'] },
  { name: 'cover_booked', key: [...OF_PARTICIPANT, 'currency_code'] },
  { name: 'covers', key: [...OF_PARTICIPANT, 'currency_code'] },
  { name: 'agreements', key: [...OF_PARTICIPANT, 'version'] },
  { name: 'windows', key: [...OF_PARTICIPANT, 'clearing_date'] },
  { name: 'window_sums', key: [...OF_PARTICIPANT, 'clearing_date', 'currency_code'] },
  { name: 'charges', key: ['charge_id'] },
  { name: 'adjustments', key: ['adjustment_id'] },
  { name: 'disputes', key: ['dispute_id'] },
  { name: 'dispute_steps', key: ['dispute_id', 'version'] },
  {
    name: 'reconciliations',
    key: ['reconciliation_id'],
    leftOut: { wanted_run: RUNS, matched_run: RUNS },
  },
  {
    name: 'reconciliation_files',
    key: ['file_id'],
    leftOut: {
      load_id: 'where its lines were put on their way in',
      file_name: 'what its sender called it, which is no part of what was sent',
    },
  },
  { name: 'reconciliation_actions', key: ['command_seq'] },
  {
    name: 'ledger_accounts',
    key: ['lane', 'account_id'],
    leftOut: { opened_at: WALL_TIME },
  },
  {
    name: 'ledger_transfers',
    key: ['lane', 'transfer_id'],
    leftOut: { recorded_at: WALL_TIME },
  },
];

const FILES = 'made of the books, and proven by its certificate, which the verifier recomputes';
const LINES = "what somebody else's file says; the journal has the digest of its bytes";
const FOUND =
  'what comparing files with the books found; what people did about it is in reconciliation_actions';

/** Tables that are no part of the books, with the reason. */
export const NOT_BOOKS: Readonly<Record<string, string>> = {
  bank_entries: LINES,
  clearing_batches: FILES,
  clearing_file_chunks: FILES,
  clearing_files: FILES,
  cover_leases: 'what was lent to routing and came back; what came of it is told by the facts',
  cover_slices: 'likewise, in sum',
  parked_events: 'facts that could not be booked, until somebody has seen to them',
  partner_lines: LINES,
  reconciliation_breaks: FOUND,
  reconciliation_loads: 'files on their way in',
  reconciliation_matches: FOUND,
  reconciliation_progress: 'how far a run is at the moment',
  reconciliation_refusals: 'files that were not taken',
  reconciliation_runs: FOUND,
  reconciliation_turns: 'whose turn it is to be matched: rows to be locked',
  schema_migrations: 'how the tables came about',
  window_work: 'who is drawing a window up at the moment',
};
