import type { Database } from '@causeway/db';
import type { ListFactsResponse } from '@causeway/proto/routing';
import { bodyPages } from './store.ts';

/** All facts as they were published, page by page; it ends early where nobody listens any more. */
export async function* listFacts(
  db: Database,
  signal: AbortSignal,
): AsyncGenerator<ListFactsResponse> {
  for await (const payloads of bodyPages(db)) {
    yield { payloads: [...payloads] };
    if (signal.aborted) return;
  }
}
