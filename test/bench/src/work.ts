import { loadClearing, prepareClearing } from './clearing/load.ts';
import { loadLedger, prepareLedger } from './ledger/load.ts';
import { loadEcho } from './limits/echo-load.ts';
import { loadTpcb } from './limits/tpcb-load.ts';
import { answerCommands } from './measure/helper.ts';
import { loadPrices } from './prices/load.ts';
import { loadReconcile, prepareReconcile } from './reconcile/load.ts';
import { loadRoutes } from './routes/load.ts';
import { loadTransit, prepareTransit } from './transit/load.ts';

answerCommands({
  echo: loadEcho,
  tpcb: loadTpcb,
  prepareLedger,
  ledger: loadLedger,
  prices: loadPrices,
  routes: loadRoutes,
  prepareTransit,
  transit: loadTransit,
  prepareReconcile,
  reconcile: loadReconcile,
  prepareClearing,
  clearing: loadClearing,
});
