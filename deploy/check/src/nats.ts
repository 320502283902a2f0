import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { issueCertificates } from '@causeway/deploy-local';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect, type NatsConnection } from '@nats-io/transport-node';
import { natsBinary } from '../../local/src/nats-binary.ts';
import { freePorts } from '../../local/src/ports.ts';
import type { Rendered } from './chart.ts';
import type { Findings } from './finding.ts';
import type { Tried } from './image/smoke.ts';
import type { KubeObject } from './objects.ts';
import type { Say } from './tools.ts';

const STREAM = { name: 'CAUSEWAY_ROUTING', subjects: ['causeway.routing.>'] };
const SUBJECT = 'causeway.routing.payment.succeeded.v1';
const START_TRIES = 50;
const PAUSE_MS = 100;

/**
 * Runs a NATS server with the configuration of the chart, and comes to it with the certificates of
 * services: routing publishes, settlement reads and may not publish, the wallet is let in by
 * nobody. Debian's server is older than `sync_interval` and lacks the others of its cluster, so
 * those lines are left out.
 */
export async function tryNats({ objects }: Rendered, say: Say): Promise<Tried> {
  const written = natsConfiguration(objects);
  let binary: string;
  try {
    binary = natsBinary(say);
  } catch {
    return { findings: [], note: 'not tried, since this machine has no nats-server' };
  }
  const folder = mkdtempSync(join(tmpdir(), 'causeway-nats-'));
  const [port = 0, healthPort = 0] = await freePorts(2);
  const place = { host: '127.0.0.1', port, healthPort };
  const ids = ['nats', 'routing', 'settlement', 'wallet'];
  await issueCertificates(
    join(folder, 'certs'),
    ids.map((id) => ({ kind: 'service', id })),
  );
  const file = join(folder, 'nats.conf');
  writeFileSync(file, localised(written, folder, place));
  const env = { ...process.env, POD_NAME: 'causeway-nats-0' };
  const server = spawn(binary, ['--config', file], { env, stdio: 'ignore' });
  try {
    const problems = await problemsOf(server, folder, place);
    const findings: Findings = problems.map((problem) => ({ where: 'nats.conf', problem }));
    return { findings, note: 'by mutual TLS, with the permissions of each service' };
  } finally {
    // What it still writes as it ends would bring the folder back.
    if (server.exitCode === null && server.kill('SIGTERM')) await once(server, 'exit');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Where a server listens on this machine. */
export interface NatsPlace {
  host: string;
  port: number;
  healthPort: number;
}

/** The configuration that the chart writes for NATS. */
export function natsConfiguration(objects: readonly KubeObject[]): string {
  const map = objects.find(
    ({ kind, metadata }) => kind === 'ConfigMap' && metadata.name.endsWith('-nats'),
  );
  return map?.data?.['nats.conf'] ?? '';
}

/** The configuration with the paths and ports of this machine, for one server by itself. */
export function localised(written: string, folder: string, to: NatsPlace): string {
  return written
    .replace(/^\s*sync_interval: always$/m, '')
    .replace(/^cluster \{[\s\S]*?^\}$/m, '')
    .replaceAll('/etc/nats/tls', join(folder, 'certs/nats'))
    .replace('/data', join(folder, 'data'))
    .replace('/run/nats/nats.pid', join(folder, 'nats.pid'))
    .replace(/^port: 4222$/m, `listen: "${to.host}:${to.port}"`)
    .replace(/^http_port: 8222$/m, `http: "${to.host}:${to.healthPort}"`);
}

async function problemsOf(
  server: ChildProcess,
  folder: string,
  ports: NatsPlace,
): Promise<string[]> {
  const health = await untilHealthy(server, ports.healthPort);
  if (!health) return ['no server serves by it'];
  const as = (id: string) => connectAs(folder, id, ports.port);
  const routing = await as('routing');
  if (routing === undefined) return ['routing is not let in'];
  await (await jetstreamManager(routing)).streams.add(STREAM);
  const published = await canPublish(routing);
  const settlement = await as('settlement');
  const stranger = await as('wallet');
  const problems = [
    ...(published ? [] : ['routing may not publish']),
    ...(settlement === undefined ? ['settlement is not let in'] : []),
    ...(settlement && (await canPublish(settlement)) ? ['settlement may publish facts'] : []),
    ...(settlement && !(await canRead(settlement)) ? ['settlement may not read facts'] : []),
    ...(stranger === undefined ? [] : ['the wallet is let in, and needs not be']),
  ];
  await Promise.all([routing, settlement, stranger].map((connection) => connection?.close()));
  return problems;
}

async function untilHealthy(server: ChildProcess, port: number): Promise<boolean> {
  for (let tries = 0; tries < START_TRIES && server.exitCode === null; tries += 1) {
    const url = `http://127.0.0.1:${port}/healthz?js-enabled-only=true`;
    const answer = await fetch(url).catch(() => undefined);
    if (answer?.ok) return true;
    await pause(PAUSE_MS);
  }
  return false;
}

function connectAs(folder: string, id: string, port: number): Promise<NatsConnection | undefined> {
  const read = (name: string) => readFileSync(join(folder, 'certs', id, `${name}.pem`), 'utf8');
  return connect({
    servers: `localhost:${port}`,
    tls: { ca: read('ca'), cert: read('cert'), key: read('key') },
    reconnect: false,
  }).catch(() => undefined);
}

async function canPublish(connection: NatsConnection): Promise<boolean> {
  return jetstream(connection)
    .publish(SUBJECT, 'planted', { timeout: 1_500 })
    .then(
      () => true,
      () => false,
    );
}

/** Makes a durable consumer, as libs/events does, and takes a message by it. */
async function canRead(connection: NatsConnection): Promise<boolean> {
  try {
    const manager = await jetstreamManager(connection);
    await manager.consumers.add(STREAM.name, {
      durable_name: 'settlement',
      ack_policy: 'explicit',
    });
    const consumer = await jetstream(connection).consumers.get(STREAM.name, 'settlement');
    const message = await consumer.next({ expires: 2_000 });
    message?.ack();
    return message !== null;
  } catch {
    return false;
  }
}
