import { counter, gauge, histogram } from '@causeway/runtime';

export const authorityEnd = gauge('causeway.db.authority.not_after', {
  unit: 's',
  description:
    "When the authority of the database's certificate ends, as its file is now, in seconds since 1970.",
  attributes: ['certificate'],
});

export const clockSkew = gauge('causeway.clock.skew', {
  unit: 's',
  description:
    "The database's clock minus the host's: nothing here goes by the host's; alert all the same.",
});

export const connectionsLost = counter('causeway.db.connections_lost', {
  unit: '{connection}',
  description: 'Connections to the database that broke.',
});

// Names and attributes of the pool are those of OpenTelemetry's conventions for database clients.

export const poolConnections = gauge('db.client.connection.count', {
  unit: '{connection}',
  description: 'Connections of the pool, by whether they are idle or used.',
  attributes: ['db.client.connection.pool.name', 'db.client.connection.state'],
});

export const poolMax = gauge('db.client.connection.max', {
  unit: '{connection}',
  description: 'The most connections that the pool may hold.',
  attributes: ['db.client.connection.pool.name'],
});

export const poolPending = gauge('db.client.connection.pending_requests', {
  unit: '{request}',
  description: 'How many wait for a connection of the pool.',
  attributes: ['db.client.connection.pool.name'],
});

export const poolWait = histogram('db.client.connection.wait_time', {
  unit: 's',
  description: 'How long it took to be given a connection of the pool.',
  attributes: ['db.client.connection.pool.name'],
  boundaries: [0.0001, 0.001, 0.005, 0.025, 0.1, 0.5, 1, 5],
});

export const transactionsRepeated = counter('causeway.db.transactions.repeated', {
  unit: '{transaction}',
  description: "Transactions tried again after writers were in each other's way, by SQLSTATE.",
  attributes: ['db.response.status_code'],
});
