import type { Database } from '@causeway/db';
import { uuidFrom } from '@causeway/runtime';
import type { Commands } from '../commands/commands.ts';
import type { DisputeTerms } from './dispute.ts';

/** What the operations on disputes work with. */
export interface DisputeDesk {
  db: Database;
  commands: Commands;
  /** How long each step of a dispute that is opened now may take. */
  terms: DisputeTerms;
  /** Told that something was granted, so that it is refunded at once. */
  wake: () => void;
}

/** Who does something to a dispute, by the certificate. */
export interface Actor {
  kind: string;
  id: string;
}

/** The command that a caller's request is, for ever. */
export function commandIdOf({ kind, id }: Actor, requestId: string): string {
  return uuidFrom('settlement.dispute', kind, id, requestId);
}
