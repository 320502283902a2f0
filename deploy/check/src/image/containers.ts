import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onPath } from '../tools.ts';

/** The user of the image, as its Dockerfile names it. */
export const USER = 65_532;

/** What a container is made of. */
export interface Container {
  /** The image's root filesystem. */
  root: string;
  /** The arguments after the image's entry point. */
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** A folder of this machine that it sees, read only, at the same path inside. */
  mounts: readonly { from: string; to: string }[];
}

/** A way to run a root filesystem. */
export interface Runtime {
  name: 'runc' | 'chroot';
  /** Starts it on this machine's network; its output comes by the pipes of the process. */
  start(container: Container, folder: string): ChildProcess;
}

const ENTRY = ['/usr/local/bin/node', '--enable-source-maps', '/app/causeway.js'];

/**
 * The best way that this machine permits: runc, which isolates as a cluster's nodes do, else
 * chroot, which only shows that the files suffice. Otherwise why there is none.
 */
export async function findRuntime(root: string, folder: string): Promise<Runtime | string> {
  if (process.platform !== 'linux') return 'containers are Linux’s';
  if (process.getuid?.() !== 0) return 'only root may run a container here';
  const runc = onPath('runc', ['/usr/sbin']);
  if (runc !== undefined) {
    const runtime = runcAt(runc);
    const probe = { root, args: ['--version'], env: {}, mounts: [] };
    if ((await exitCodeOf(runtime.start(probe, join(folder, 'probe')))) === 0) return runtime;
  }
  const chroot = onPath('chroot', ['/usr/sbin']);
  return chroot === undefined ? 'there is neither runc nor chroot' : chrootAt(chroot);
}

/** How a process ended. */
export function exitCodeOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', () => resolve(127));
    child.once('close', (code) => resolve(code ?? 1));
  });
}

function runcAt(runc: string): Runtime {
  return {
    name: 'runc',
    start(container, folder) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'config.json'), JSON.stringify(specOf(container)));
      const id = `causeway-check-${process.pid}-${folder.split('/').at(-1)}`;
      return spawn(runc, ['run', '--bundle', folder, id], { stdio: ['ignore', 'pipe', 'pipe'] });
    },
  };
}

/** What the chart's security contexts come to: no capabilities, nothing gained, a read-only root. */
function specOf({ root, args, env, mounts }: Container) {
  const none: string[] = [];
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid: USER, gid: USER },
      args: [...ENTRY, ...args],
      env: [
        'PATH=/usr/local/bin',
        ...Object.entries(env).map(([name, value]) => `${name}=${value}`),
      ],
      cwd: '/',
      capabilities: { bounding: none, effective: none, permitted: none, inheritable: none },
      noNewPrivileges: true,
    },
    root: { path: root, readonly: true },
    mounts: [
      { destination: '/proc', type: 'proc', source: 'proc' },
      { destination: '/dev', type: 'tmpfs', source: 'tmpfs', options: ['nosuid', 'mode=755'] },
      ...mounts.map(({ from, to }) => ({
        destination: to,
        type: 'bind',
        source: from,
        options: ['rbind', 'ro'],
      })),
    ],
    // The network is the machine's, where the database listens on loopback.
    linux: { namespaces: ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type })) },
  };
}

/** Without mounts: what a container would see is copied to a place of its own, and named so. */
function chrootAt(chroot: string): Runtime {
  let started = 0;
  return {
    name: 'chroot',
    start({ root, args, env, mounts }) {
      started += 1;
      const moved = mounts.map(({ from, to }) => {
        const place = `/etc/causeway/${started}${to}`;
        mkdirSync(join(root, place), { recursive: true });
        spawnSync('cp', ['-a', `${from}/.`, join(root, place)]);
        return { to, place };
      });
      const placed = Object.entries(env).map(([name, value]) => [
        name,
        moved.find(({ to }) => to === value)?.place ?? value,
      ]);
      return spawn(chroot, [`--userspec=${USER}:${USER}`, root, ...ENTRY, ...args], {
        env: { PATH: '/usr/local/bin', ...Object.fromEntries(placed) },
        stdio: ['ignore', 'pipe', 'pipe'],
      });
    },
  };
}
