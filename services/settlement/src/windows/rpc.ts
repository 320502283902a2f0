import type { Database } from '@causeway/db';
import { WindowServiceService } from '@causeway/proto/settlement';
import { type Implementation, implement } from '@causeway/rpc';
import type { Commands } from '../commands/commands.ts';
import { closeEarly } from './close-early.ts';
import type { AgreementBook } from './draw-up.ts';
import { abortWindow, settleWindow } from './end.ts';
import { getWindow } from './get.ts';
import { listWindows } from './list.ts';
import type { WindowWorker } from './worker.ts';

/** What the handlers call. */
export interface WindowDeps {
  db: Database;
  commands: Commands;
  agreements: AgreementBook;
  worker: Pick<WindowWorker, 'seal' | 'wake'>;
}

/** WindowService of settlement.v1. */
export function windowService(deps: WindowDeps): Implementation {
  return implement(WindowServiceService, {
    listWindows: (request, { identity }) => listWindows(deps.db, identity, request),
    getWindow: async (request, { identity }) => ({
      window: await getWindow(deps.db, identity, request),
    }),
    closeWindow: async (request, { identity }) => ({
      window: await closeEarly(deps, identity.id, request),
    }),
    settleWindow: async (request, { identity }) => ({
      window: await settleWindow(deps, identity.id, request),
    }),
    abortWindow: async (request, { identity }) => ({
      window: await abortWindow(deps, identity.id, request),
    }),
  });
}
