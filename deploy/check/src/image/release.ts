import { randomBytes, randomInt } from 'node:crypto';
import { chownSync, cpSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Caller, databaseUrl, issueCertificates } from '@causeway/deploy-local';
import type { Rendered } from '../chart.ts';
import type { Container as Described, KubeObject } from '../objects.ts';
import { podsOf } from '../objects.ts';
import { type Container, USER } from './containers.ts';

/** One Deployment of the chart as it runs on this machine. */
export interface Part {
  /** The name of its Deployment and of its Service. */
  host: string;
  /** The loopback address that stands for its pod. */
  ip: string;
  container: Container;
  /** What its Job before it runs. */
  migrate: readonly string[];
}

/** A release of the chart laid out on this machine: names are in the hosts file of its image. */
export interface Release {
  parts: readonly Part[];
  /** The pod of the command line. */
  operator: Container;
  nats: { ip: string };
  /** The databases that the parts want, each by its own name. */
  databases: readonly string[];
}

/** What stands in for the cluster. */
export interface Cluster {
  folder: string;
  root: string;
  /** A Postgres, by its maintenance database. */
  postgresUrl: string;
}

/**
 * Lays out what the chart describes: each service with exactly the environment of its pod, but for
 * what a cluster would provide: the addresses of pods, Secrets and Postgres' certificates.
 */
export async function layOut({ objects }: Rendered, cluster: Cluster): Promise<Release> {
  const { folder, root } = cluster;
  const pods = podsOf(objects).filter(({ owner }) => owner.kind === 'Deployment');
  const served = pods.filter(({ labels }) => labels['app.kubernetes.io/component'] !== 'operator');
  // Addresses of this run's own, so that two runs do not meet; port 8443 is everybody's.
  const network = `127.${randomInt(1, 255)}.${randomInt(0, 255)}`;
  const hosts = new Map(
    [...served.map(({ owner }) => owner.metadata.name), 'causeway-nats'].map((host, at) => [
      host,
      `${network}.${at + 1}`,
    ]),
  );
  writeHosts(root, hosts);
  await certify(objects, folder);
  const parts = served.flatMap(({ owner, spec }): Part[] => {
    const [container] = spec.containers;
    const host = owner.metadata.name;
    const ip = hosts.get(host) ?? '';
    if (container === undefined) return [];
    return [{ host, ip, ...asItRuns(container, { host, ip, cluster }) }];
  });
  return {
    parts,
    operator: operatorOf(objects, cluster),
    nats: { ip: hosts.get('causeway-nats') ?? '' },
    databases: parts.map(({ host }) => databaseOf(host)),
  };
}

function writeHosts(root: string, hosts: ReadonlyMap<string, string>): void {
  const lines = [...hosts].map(([host, ip]) => `${ip} ${host}\n`);
  writeFileSync(join(root, 'etc/hosts'), ['127.0.0.1 localhost\n', ...lines].join(''));
}

/** Issues what the chart asks cert-manager for, into `certs/<id>`. */
async function certify(objects: readonly KubeObject[], folder: string): Promise<void> {
  const callers = objects
    .filter(({ kind, spec }) => kind === 'Certificate' && spec?.uris !== undefined)
    .map(({ spec }): Caller => {
      const { uris, dnsNames: names = [] } = spec as { uris: string[]; dnsNames?: string[] };
      const [, kind, id] = /^spiffe:\/\/causeway\/(\w+)\/(.+)$/.exec(uris[0] ?? '') ?? [];
      return { kind: kind as Caller['kind'], id: id ?? '', names };
    });
  const certs = join(folder, 'certs');
  await issueCertificates(certs, callers);
  for (const { id } of callers) {
    for (const name of readdirSync(join(certs, id))) chownSync(join(certs, id, name), USER, USER);
  }
}

function databaseOf(host: string): string {
  return host.replaceAll('-', '_');
}

interface Here {
  host: string;
  ip: string;
  cluster: Cluster;
}

function asItRuns(described: Described, here: Here): { container: Container; migrate: string[] } {
  const { host, ip, cluster } = here;
  const args = described.args ?? [];
  const given = Object.fromEntries(
    (described.env ?? []).map(({ name, value, valueFrom }) => [
      name,
      value ?? secretOf(valueFrom?.secretKeyRef?.key ?? ''),
    ]),
  );
  const { PGSSLROOTCERT: _authority, ...env } = given;
  const instance = env.CAUSEWAY_INSTANCE ?? '';
  return {
    migrate: [...args, 'migrate'],
    container: {
      root: cluster.root,
      args,
      env: {
        ...env,
        LISTEN_HOST: ip,
        METRICS_ADDRESS: `${ip}:9464`,
        DATABASE_URL: databaseUrl(cluster.postgresUrl, databaseOf(host)),
      },
      mounts: [{ from: join(cluster.folder, 'certs', instance), to: env.TLS_DIR ?? '' }],
    },
  };
}

function secretOf(key: string): string {
  const digits = randomBytes(32).toString('hex');
  return key.endsWith('_KEYS') ? `k1:${digits}` : digits;
}

/** The state folder as the chart projects it: addresses, and an operator's certificate. */
function operatorOf(objects: readonly KubeObject[], { root, folder }: Cluster): Container {
  const map = objects.find(({ data }) => data?.['endpoints.json'] !== undefined);
  const state = join(folder, 'state');
  mkdirSync(join(state, 'certs'), { recursive: true });
  writeFileSync(join(state, 'endpoints.json'), map?.data?.['endpoints.json'] ?? '{}');
  cpSync(join(folder, 'certs/ops'), join(state, 'certs/ops'), { recursive: true });
  for (const name of readdirSync(join(state, 'certs/ops'))) {
    chownSync(join(state, 'certs/ops', name), USER, USER);
  }
  return {
    root,
    args: ['cli'],
    env: { NODE_ENV: 'production', CAUSEWAY_STATE: '/etc/causeway/state' },
    mounts: [{ from: state, to: '/etc/causeway/state' }],
  };
}
