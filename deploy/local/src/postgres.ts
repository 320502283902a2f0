import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import pg from 'pg';
import { archiveOf, archiveSettings, makeArchive } from './backup/archive.ts';
import type { Guard } from './guard.ts';
import { canReach, postgresUser, type RunAs, reachableFolder } from './identity.ts';
import { endOrphan } from './orphan.ts';
import { freePort } from './ports.ts';
import { postgresBinaries } from './postgres-binaries.ts';
import { ManagedProcess, pause, type Run } from './process.ts';

const USER = 'causeway';
const PROBE_PAUSE_MS = 20;

export interface PostgresOptions {
  /** Holds the password and, where the server's user can reach it, the data. */
  folder: string;
  logFile: string;
  /**
   * Whether a commit waits for the disk. Only tests, whose data nobody needs after a power cut,
   * say no; a killed server loses nothing either way.
   */
  durable: boolean;
  /** Whether what it writes is archived too, so that any moment after a base backup can be had back. */
  archive?: boolean;
  guard: Guard;
}

/** A running embedded Postgres. */
export interface Postgres {
  /** Its maintenance database, with user and password. */
  url: string;
  /** Where its data lies. */
  data: string;
  process: ManagedProcess;
}

/** Makes the cluster if there is none, ends a server that a killed start left, and starts one. */
export async function startPostgres(options: PostgresOptions): Promise<Postgres> {
  mkdirSync(options.folder, { recursive: true });
  const user = postgresUser();
  const data = dataFolder(options.folder, user);
  const binaries = postgresBinaries(user);
  const password = await keptPassword(options.folder, data);
  const runAs = existsSync(join(data, 'PG_VERSION')) ? ownerOf(data, user) : user;
  if (!existsSync(join(data, 'PG_VERSION')))
    await initialise({ binaries, data, password, runAs, options });
  const archived = options.archive ? archiveSettings(makeArchive(data, runAs)) : [];
  return startCluster({ ...options, name: 'postgres', data, password, more: archived });
}

/** A cluster whose data is there. */
export interface Cluster extends Pick<PostgresOptions, 'logFile' | 'durable' | 'guard'> {
  /** What the process is called. */
  name: string;
  data: string;
  /** Of the user that every cluster is made with. */
  password: string;
  /** Settings of this start alone, as `name=value`. */
  more: readonly string[];
}

/** Starts a server on data that is there, as the user whose data it is. */
export async function startCluster(cluster: Cluster): Promise<Postgres> {
  const { data, name, logFile, durable, guard } = cluster;
  const user = postgresUser();
  const port = await freePort();
  const url = `postgres://${USER}:${cluster.password}@127.0.0.1:${port}/postgres`;
  const all = [...settings(port, durable), ...cluster.more];
  const server = new ManagedProcess(
    {
      ...{ name, logFile, runAs: ownerOf(data, user) },
      command: join(postgresBinaries(user), 'postgres'),
      args: ['-D', data, ...all.flatMap((setting) => ['-c', setting])],
      cwd: '/',
      stopSignal: 'SIGINT',
      stopTimeoutMs: 30_000,
      prepare: () => endOrphan(join(data, 'postmaster.pid'), data),
      ready: (run) => answers(url, run),
      readyTimeoutMs: 60_000,
      // Backends of a server killed a moment ago hold its shared memory until they notice.
      attempts: 10,
    },
    guard,
  );
  await server.start();
  return { url, data, process: server };
}

/** Where the data of the cluster in this folder lies, or would. */
export function clusterData(folder: string): string {
  return dataFolder(folder, postgresUser());
}

/** Removes the cluster, also where its data had to lie elsewhere. */
export async function removePostgres(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const data = dataFolder(folder, postgresUser());
  await endOrphan(join(data, 'postmaster.pid'), data);
  rmSync(data, { recursive: true, force: true });
  rmSync(archiveOf(data).folder, { recursive: true, force: true });
  rmSync(folder, { recursive: true, force: true });
}

function dataFolder(folder: string, user: RunAs): string {
  const inside = resolve(folder, 'data');
  if (canReach(inside, user)) return inside;
  const name = createHash('sha256').update(inside).digest('hex').slice(0, 16);
  return join(reachableFolder(), `data-${name}`);
}

/** Data made while another user was the one to choose stays with that user. */
function ownerOf(data: string, user: RunAs): RunAs {
  if (user.uid === undefined) return user;
  const { uid, gid } = statSync(data);
  return { uid, gid };
}

/** The password of a cluster is made with it; a cluster without its password is of no use. */
async function keptPassword(folder: string, data: string): Promise<string> {
  const path = join(folder, 'password');
  if (!existsSync(path)) {
    if (existsSync(join(data, 'PG_VERSION'))) await forgetLeftOver(folder, data);
    writeFileSync(path, randomBytes(24).toString('base64url'), { mode: 0o600 });
  }
  return readFileSync(path, 'utf8');
}

/** Data that had to lie elsewhere stays there when somebody deletes the state folder by hand. */
async function forgetLeftOver(folder: string, data: string): Promise<void> {
  if (data.startsWith(resolve(folder))) {
    throw new Error(`${folder}/password is missing; npm start -- --reset begins anew`);
  }
  await endOrphan(join(data, 'postmaster.pid'), data);
  rmSync(data, { recursive: true, force: true });
}

function settings(port: number, durable: boolean): string[] {
  return [
    `port=${port}`,
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=200',
    // Taken as it is used. With 128 MB a payment among a million others read 11 pages, with this 2.
    'shared_buffers=512MB',
    'max_wal_size=2GB',
    'timezone=UTC',
    'log_timezone=UTC',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off']),
  ];
}

async function initialise(cluster: {
  binaries: string;
  data: string;
  password: string;
  runAs: RunAs;
  options: PostgresOptions;
}): Promise<void> {
  const { binaries, data, password, runAs, options } = cluster;
  // What is here without PG_VERSION is left from an initdb that was interrupted.
  rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true, mode: 0o700 });
  const passwordFile = `${data}.password`;
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (runAs.uid !== undefined && runAs.gid !== undefined) {
    chownSync(data, runAs.uid, runAs.gid);
    chownSync(passwordFile, runAs.uid, runAs.gid);
  }
  const args = ['-D', data, '-U', USER, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const all = [
    ...args,
    '--encoding=UTF8',
    '--no-locale',
    ...(options.durable ? [] : ['--no-sync']),
  ];
  const why = await failureOf(join(binaries, 'initdb'), all, runAs);
  rmSync(passwordFile, { force: true });
  if (why !== undefined) throw new Error(`initdb could not make a cluster in ${data}:\n${why}`);
}

/** Runs a program to its end, and answers why it failed where it did. Others go on meanwhile. */
function failureOf(command: string, args: string[], runAs: RunAs): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...runAs, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
    child.once('error', ({ message }) => resolve(message));
    child.once('close', (code) => resolve(code === 0 ? undefined : said));
  });
}

/** Tries to connect until the server lets somebody in. */
async function answers(url: string, run: Run): Promise<void> {
  while (run.alive()) {
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    // A server that is still recovering may cut the connection after it was made.
    client.on('error', () => {});
    try {
      await client.connect();
      return await client.end();
    } catch (error) {
      if (!isStartingUp(error)) throw error;
      await pause(PROBE_PAUSE_MS);
    }
  }
}

/** Nobody listens yet, or Postgres says so itself; a wrong password, say, will not get better. */
function isStartingUp(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || error.code === '57P03';
}
