import { join } from 'node:path';
import { ConfirmationState, ConnectorServiceService } from '@causeway/proto/connector';
import { type Client, connect, readTls } from '@causeway/rpc';
import { CONNECTED_PARTNER_IDS } from '@causeway/sandbox/world/routes';
import { connectorOf } from '@causeway/sandbox/world/servers';
import type { World } from '../../../support/index.ts';
import type { Finding } from '../finding.ts';
import type { Read } from './databases.ts';

const AT_ONCE = 16;
const TIMEOUT_MS = 10_000;

interface Row {
  payment_id: string;
  partner_id: string;
  state: string;
  given_back: boolean;
}

/** Payments at rest whose partner was, or might have been, asked. */
const ASKED = `
  SELECT payment_id, partner_id, state, EXISTS (
    SELECT FROM reversals r WHERE r.lane = p.lane AND r.payment_id = p.payment_id
      AND r.state = 'GIVEN_BACK') AS given_back
  FROM payments p
  WHERE p.step = 'DONE' AND p.journey IS NOT NULL AND p.partner_id = ANY ($1)`;

/**
 * Asks each partner that runs a connector what it has on record, and compares. A sandbox that was
 * started again has forgotten everything, and nobody can be held to what it has forgotten.
 */
export async function judgePartners(
  world: World,
  read: Read,
  hasForgotten: boolean,
): Promise<Finding[]> {
  const rows = await read<Row>('routing', ASKED, [CONNECTED_PARTNER_IDS]);
  const clients = new Map(CONNECTED_PARTNER_IDS.map((id) => [id, connectorClient(world, id)]));
  const found: Finding[] = [];
  const left = [...rows];
  const ask = async () => {
    for (let row = left.pop(); row !== undefined; row = left.pop()) {
      const answer = await clients.get(row.partner_id)?.getPayment({ paymentId: row.payment_id });
      const said = answer?.confirmation?.state ?? ConfirmationState.UNSPECIFIED;
      if (agrees(row, said, hasForgotten)) continue;
      const what = `${row.state} here, ${ConfirmationState[said]} at ${row.partner_id}`;
      found.push({ kind: 'wrong', what: `payment ${row.payment_id} is ${what}` });
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_ONCE }, ask));
  } finally {
    for (const client of clients.values()) client.close();
  }
  return found;
}

function agrees({ state, given_back }: Row, said: ConfirmationState, forgot: boolean): boolean {
  if (said === ConfirmationState.UNSEEN && forgot) return true;
  if (state === 'SUCCEEDED') return said === ConfirmationState.CONFIRMED;
  // What it charged all the same it was made to give back.
  return said !== ConfirmationState.CONFIRMED || given_back;
}

function connectorClient(
  { runtime, stack }: World,
  partnerId: string,
): Client<typeof ConnectorServiceService> {
  return connect(ConnectorServiceService, {
    ...{ runtime, mode: 'unary', defaultDeadlineMs: TIMEOUT_MS },
    address: stack.endpoints[connectorOf(partnerId)] ?? '',
    // The switch is who may ask.
    tls: readTls(join(stack.certs, 'routing')),
    peerKinds: ['partner'],
  });
}
