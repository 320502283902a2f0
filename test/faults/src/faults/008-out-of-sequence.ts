import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { withClient } from '@causeway/deploy-local';
import { holds } from '../../../support/index.ts';
import type { Fault } from '../fault.ts';
import { startBeside } from '../injectors/beside.ts';

/** Every n-th commit that queues facts is held open for a while after all of it is written. */
const SLOW_ONE_IN = 3;
const SLOW_SECONDS = 0.3;

const SLOW = `
  CREATE TABLE fault_commits (began timestamptz NOT NULL, ended timestamptz NOT NULL);
  CREATE SEQUENCE fault_commit;
  CREATE FUNCTION fault_slow() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF nextval('fault_commit') % ${SLOW_ONE_IN} = 0 THEN PERFORM pg_sleep(${SLOW_SECONDS}); END IF;
    INSERT INTO fault_commits VALUES (statement_timestamp(), clock_timestamp());
    RETURN NULL;
  END $$;
  CREATE CONSTRAINT TRIGGER fault_slow AFTER INSERT ON event_queue DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION fault_slow();`;

const OVERTAKEN = `
  SELECT count(*)::integer AS overtaken FROM fault_commits a
   WHERE EXISTS (SELECT FROM fault_commits b WHERE b.began > a.began AND b.ended < a.ended)`;

const PUT_RIGHT = `
  DROP TRIGGER fault_slow ON event_queue;
  DROP FUNCTION fault_slow();
  DROP SEQUENCE fault_commit;
  DROP TABLE fault_commits;`;

/** Fault 8. */
export const outOfSequence: Fault = {
  id: 8,
  title: 'outbox rows that commit out of sequence',
  injected: `two processes of routing; every ${SLOW_ONE_IN}th commit that queues facts is held open for ${SLOW_SECONDS} s, so that later ones overtake it`,
  invariant: 'no fact is skipped',
  traffic: { clients: 10 },
  breaks: ['routing', 'acquiring'],
  async run({ world, stack, links, quick, note }) {
    const url = world.stack.databases.routing ?? '';
    await withClient(url, (client) => client.query(SLOW));
    // One process commits one batch after the other; two overtake each other.
    const other = await startBeside(stack, 'routing', resolve('dist', 'routing.js'));
    const { address } = await links.between('acquiring', 'routing');
    const both = { ROUTING_ADDRESS: `${address},${other.address}` };
    await world.stack.processes.restart('acquiring', both);
    await sleep(quick ? 3_000 : 20_000);
    await world.stack.processes.restart('acquiring');
    await other.stop();
    const overtaken = await withClient(url, async (client) => {
      const { rows } = await client.query<{ overtaken: number }>(OVERTAKEN);
      await client.query(PUT_RIGHT);
      return rows[0]?.overtaken ?? 0;
    });
    holds(overtaken > 0, 'no commit was overtaken');
    note({ overtaken });
  },
};
