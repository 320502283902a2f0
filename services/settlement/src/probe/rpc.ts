import { BooksProbeServiceService } from '@causeway/proto/settlement';
import { type Implementation, implement } from '@causeway/rpc';
import type { BooksProbe } from './books-probe.ts';

/** BooksProbeService of settlement.v1. */
export function booksProbeService(probe: BooksProbe): Implementation {
  return implement(BooksProbeServiceService, {
    getBooksProbe: async ({ lookNow }) => (lookNow ? probe.lookAtAll() : probe.state),
  });
}
