import { isDatabaseAway, startDatabase } from '@causeway/db';
import { connectNats } from '@causeway/events';
import { readTls, serve } from '@causeway/rpc';
import type { Running, Runtime } from '@causeway/runtime';
import { migrations } from '../migrations/index.ts';
import { agreementService } from './agreements/rpc.ts';
import { Commands } from './commands/commands.ts';
import type { SettlementConfig } from './config.ts';
import { coverService } from './cover/rpc.ts';
import { watchCover } from './cover/watch.ts';
import { REASONS } from './errors.ts';
import { followFacts } from './events.ts';
import { implementation } from './rpc.ts';

/** Starts the service: it books facts as they come and answers what the books say. */
export async function start(config: SettlementConfig, host: Runtime): Promise<Running> {
  const { db, clock, runtime } = await startDatabase(config, migrations, host);
  const nats = connectNats({ url: config.natsUrl, tlsDir: config.natsTlsDir, runtime });
  const consumer = followFacts({ db, nats, runtime });
  const commands = new Commands(db, clock);
  const cover = watchCover({ db, runtime, warnPercents: config.coverWarnPercents });
  const server = await serve({
    ...{ runtime, host: config.listenHost, port: config.listenPort },
    tls: readTls(config.tlsDir),
    services: [
      implementation(db),
      agreementService({ db, commands }),
      coverService({ db, commands, runtime }),
    ],
    reasons: REASONS,
    isAway: isDatabaseAway,
  });
  return {
    port: server.port,
    async drain() {
      await server.drain();
      await cover.stop();
      await consumer.stop();
      await nats.close();
      clock.stop();
      await db.close();
    },
  };
}
