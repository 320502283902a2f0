import { counter, gauge } from '@causeway/runtime';

export const clockSkew = gauge('causeway.clock.skew', {
  unit: 's',
  description:
    "The database's clock minus the host's: nothing here goes by the host's; alert all the same.",
});

export const connectionsLost = counter('causeway.db.connections_lost', {
  unit: '{connection}',
  description: 'Connections to the database that broke.',
});
