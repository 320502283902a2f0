import { openDatabase } from '@causeway/db';
import type { CommandHandler } from '../commands/commands.ts';
import { applyCommands, type CommandTally } from './apply-commands.ts';
import { bookPage, type FactPages, type FactTally } from './book-facts.ts';
import { compareTable, type TableFinding } from './compare.ts';
import { LONG_MS, type ScratchPlace, withScratch } from './scratch.ts';
import { beginReport, beginSnapshot } from './store.ts';
import { BOOKS } from './tables.ts';

/** What books are made again from and with. */
export interface RebuildDeps extends Omit<ScratchPlace, 'db'> {
  /** All facts, as of now. */
  facts: (signal: AbortSignal) => FactPages;
  handlers: readonly CommandHandler[];
}

/** How far a rebuild has come. */
export interface RebuildProgress extends FactTally, CommandTally {
  /** The table that is being compared; empty before. */
  table: string;
}

/** What a rebuild found. */
export interface RebuildResult extends FactTally, CommandTally {
  asOf: Date;
  tables: readonly TableFinding[];
}

/** Who asked, and what they are told meanwhile. */
export interface RebuildCall {
  /** How old a fact must be to be missed where it is not booked. */
  graceMs: number;
  signal: AbortSignal;
  onProgress: (progress: RebuildProgress) => void;
}

/**
 * Makes the books again in a database of their own and compares them with the live ones, which are
 * read as of one moment. Facts are asked for after that moment, so that every booking's fact is
 * among them; commands are those of that moment. Throws REBUILD_RUNNING, SCRATCH_DATABASE_REFUSED,
 * and what `facts` throws.
 */
export async function rebuild(deps: RebuildDeps, call: RebuildCall): Promise<RebuildResult> {
  const { databaseUrl, runtime } = deps;
  const db = openDatabase({
    ...{ url: databaseUrl, runtime, maxConnections: 2, statementTimeoutMs: LONG_MS },
  });
  const progress: RebuildProgress = {
    ...{ factCount: 0n, bookingCount: 0n, lateCount: 0n, unbookableCount: 0n },
    ...{ commandCount: 0n, problems: [], table: '' },
  };
  const step = () => {
    call.signal.throwIfAborted();
    call.onProgress(progress);
  };
  try {
    return await withScratch({ ...deps, db }, (scratch) =>
      db.transaction(
        async (live) => {
          const asOf = await beginSnapshot(live);
          const youngFrom = new Date(asOf.getTime() - call.graceMs);
          for await (const { payloads } of deps.facts(call.signal)) {
            await bookPage({ live, scratch, youngFrom }, payloads, progress);
            step();
          }
          await applyCommands({ live, scratch }, deps.handlers, progress, step);
          const tables = await scratch.transaction(async (rebuilt) => {
            await beginReport(rebuilt);
            const findings: TableFinding[] = [];
            for (const table of BOOKS) {
              progress.table = table.name;
              step();
              findings.push(await compareTable(live, rebuilt, table));
            }
            return findings;
          });
          return { ...progress, asOf, tables };
        },
        { statementTimeoutMs: LONG_MS },
      ),
    );
  } finally {
    await db.close();
  }
}
