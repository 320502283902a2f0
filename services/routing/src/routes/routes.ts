import type { Database } from '@causeway/db';
import type { Runtime } from '@causeway/runtime';
import type { Directory } from '../directory/directory.ts';
import type { ObserveRoute } from '../payments/outcomes.ts';
import type { ChooseRoutes } from '../payments/planning/choose.ts';
import { chooserBy } from './chooser.ts';
import { DirectoryVersions } from './directory-versions/directory-versions.ts';
import { DirectoryVersionStore } from './directory-versions/store.ts';
import { Simulator } from './past/simulate.ts';
import { PastStore } from './past/store.ts';
import { Policies } from './policies/policies.ts';
import { PolicyStore } from './policies/store.ts';
import { RouteScores } from './scores/scores.ts';
import { ScoreStore } from './scores/store.ts';

/** Everything that routes are chosen by, wired and running. */
export interface Routes {
  /** What payments ask. */
  choose: ChooseRoutes;
  /** What payments tell. */
  observe: ObserveRoute;
  scores: RouteScores;
  scoreStore: ScoreStore;
  versions: DirectoryVersions;
  policies: Policies;
  policyStore: PolicyStore;
  past: PastStore;
  simulator: Simulator;
  stop(): Promise<void>;
}

/** Starts it; the directory must have been read before. */
export async function startRoutes(
  db: Database,
  directory: Directory,
  runtime: Runtime,
  instance: string,
): Promise<Routes> {
  const policyStore = new PolicyStore(db);
  const policies = new Policies(policyStore, runtime);
  await policies.start();
  const scoreStore = new ScoreStore(db);
  const scores = new RouteScores({ store: scoreStore, policies, runtime, instance });
  await scores.start();
  const versions = new DirectoryVersions(new DirectoryVersionStore(db), runtime);
  const past = new PastStore(db);
  const choose = chooserBy({ directory, versions, policies, scores });
  const parts = { scores, scoreStore, versions, policies, policyStore, past };
  const simulator = new Simulator({ ...parts, directory, runtime });
  return {
    ...parts,
    choose,
    observe(routeId, wentWell, payeeAmount) {
      // A payment that a restore of this database has forgotten may come back without its route.
      if (routeId === '') return;
      scores.outcome(routeId, wentWell);
      if (wentWell && payeeAmount) scores.carried(routeId, payeeAmount);
    },
    simulator,
    async stop() {
      await scores.stop();
      await policies.stop();
    },
  };
}
