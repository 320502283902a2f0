import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import type { Guard } from './guard.ts';
import { natsBinary } from './nats-binary.ts';
import { endOrphan } from './orphan.ts';
import { freePort, freePorts } from './ports.ts';
import { ManagedProcess, pause, type Run } from './process.ts';

const USER = 'causeway';
const PROBE_PAUSE_MS = 20;

export interface NatsOptions {
  /** Holds the configuration and what JetStream stores. */
  folder: string;
  logFile: string;
  guard: Guard;
  say: (line: string) => void;
  /** Where it stands in a cluster. */
  member?: Member;
}

/** One server of a cluster. */
interface Member {
  name: string;
  /** For clients. */
  port: number;
  /** For the other servers. */
  clusterPort: number;
  /** The cluster ports of all. */
  routes: readonly number[];
  password: string;
}

/** A running nats-server with JetStream. */
export interface Nats {
  /** With user and password. */
  url: string;
  process: ManagedProcess;
}

/** Starts a nats-server on loopback, after ending one that a killed start left. */
export async function startNats(options: NatsOptions): Promise<Nats> {
  const { folder, logFile, guard, say } = options;
  mkdirSync(folder, { recursive: true });
  const command = natsBinary(say);
  const { member } = options;
  const port = member?.port ?? (await freePort());
  const password = member?.password ?? newPassword();
  const { configFile, pidFile } = filesIn(folder);
  await endOrphanNats(folder);
  // In a file, because the arguments of a process are there for every user to read.
  writeFileSync(configFile, config(folder, pidFile, port, password, member), { mode: 0o600 });
  const server = new ManagedProcess(
    {
      name: member?.name ?? 'nats',
      command,
      args: ['-c', configFile],
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
      logFile,
      ready: (run) => greets(port, run),
      readyTimeoutMs: 20_000,
      attempts: 2,
    },
    guard,
  );
  await server.start();
  return { url: `nats://${USER}:${password}@127.0.0.1:${port}`, process: server };
}

/**
 * Starts servers that keep streams together, as production has three of: what most of them have
 * stored is safe, and another leads when one is gone. Their URLs go together with commas.
 */
export async function startNatsCluster(options: NatsOptions, count = 3): Promise<Nats[]> {
  const ports = await freePorts(2 * count);
  const routes = ports.slice(count);
  const password = newPassword();
  const members = ports.slice(0, count).map((port, at): Member => {
    return { name: `nats-${at + 1}`, port, clusterPort: routes[at] ?? 0, routes, password };
  });
  return Promise.all(
    members.map((member) => {
      const folder = join(options.folder, member.name);
      return startNats({ ...options, folder, logFile: `${folder}.log`, member });
    }),
  );
}

function newPassword(): string {
  return randomBytes(24).toString('base64url');
}

/** Ends a server that a killed start left running on this folder. */
export async function endOrphanNats(folder: string): Promise<void> {
  const { configFile, pidFile } = filesIn(folder);
  await endOrphan(pidFile, configFile);
}

function filesIn(folder: string): { configFile: string; pidFile: string } {
  return { configFile: join(folder, 'nats.conf'), pidFile: join(folder, 'nats.pid') };
}

function config(
  folder: string,
  pidFile: string,
  port: number,
  password: string,
  member: Member | undefined,
): string {
  return [
    `listen: "127.0.0.1:${port}"`,
    `pid_file: ${JSON.stringify(pidFile)}`,
    `authorization { user: ${USER}, password: ${JSON.stringify(password)} }`,
    `jetstream { store_dir: ${JSON.stringify(join(folder, 'store'))} }`,
    ...(member ? clusterConfig(member) : []),
    '',
  ].join('\n');
}

function clusterConfig({ name, clusterPort, routes, password }: Member): string[] {
  const others = routes.filter((port) => port !== clusterPort);
  const urls = others.map((port) => JSON.stringify(`nats://${USER}:${password}@127.0.0.1:${port}`));
  return [
    `server_name: ${name}`,
    'cluster {',
    '  name: causeway',
    `  listen: "127.0.0.1:${clusterPort}"`,
    `  authorization { user: ${USER}, password: ${JSON.stringify(password)} }`,
    `  routes: [${urls.join(', ')}]`,
    '}',
  ];
}

/** A NATS server speaks first: its greeting says whether JetStream is on. */
async function greets(port: number, run: Run): Promise<void> {
  while (run.alive()) {
    const greeting = await firstWords(port);
    if (greeting.startsWith('INFO') && greeting.includes('"jetstream":true')) return;
    await pause(PROBE_PAUSE_MS);
  }
}

function firstWords(port: number): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (words: string) => {
      socket.destroy();
      resolve(words);
    };
    socket.setTimeout(1_000, () => answer(''));
    socket.once('data', (data) => answer(data.toString('utf8')));
    socket.once('error', () => answer(''));
    socket.once('close', () => answer(''));
  });
}
