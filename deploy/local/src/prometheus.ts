import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Guard } from './guard.ts';
import { endOrphan } from './orphan.ts';
import { freePort } from './ports.ts';
import { ManagedProcess, pause } from './process.ts';
import { prometheusBinary } from './prometheus-binaries.ts';

export interface PrometheusOptions {
  /** Holds its configuration and what it has scraped. */
  folder: string;
  /** The file that names its targets; read again when it changes. */
  targetsFile: string;
  /** Folders of rules. */
  rules: string;
  guard: Guard;
  say: (line: string) => void;
}

/** A running Prometheus. */
export interface Prometheus {
  /** `http://127.0.0.1:port`. */
  url: string;
  process: ManagedProcess;
}

const PROBE_PAUSE_MS = 100;
const RETENTION = '2d';

/**
 * Starts a Prometheus on loopback that scrapes the processes of a stack every five seconds, after
 * ending one that a killed start left. What an earlier one has scraped is kept for two days.
 */
export async function startPrometheus(options: PrometheusOptions): Promise<Prometheus> {
  const { folder, guard, say } = options;
  mkdirSync(folder, { recursive: true });
  const command = prometheusBinary(say);
  const configFile = join(folder, 'prometheus.yml');
  await endOrphan(join(folder, 'pid'), configFile);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  writeFileSync(configFile, configOf(options));
  const server = new ManagedProcess(
    {
      name: 'prometheus',
      command,
      args: [
        `--config.file=${configFile}`,
        `--storage.tsdb.path=${join(folder, 'data')}`,
        `--storage.tsdb.retention.time=${RETENTION}`,
        `--web.listen-address=127.0.0.1:${port}`,
        '--log.level=warn',
      ],
      stopSignal: 'SIGTERM',
      stopTimeoutMs: 10_000,
      logFile: join(folder, 'prometheus.log'),
      ready: async (run) => {
        while (run.alive() && !(await isReady(url))) await pause(PROBE_PAUSE_MS);
      },
      readyTimeoutMs: 30_000,
      attempts: 2,
    },
    guard,
  );
  await server.start();
  writeFileSync(join(folder, 'pid'), `${server.pid}`);
  return { url, process: server };
}

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/-/ready`).catch(() => undefined);
  return response?.ok === true;
}

/** JSON is YAML, and quotes what has to be quoted. */
function configOf({ targetsFile, rules }: PrometheusOptions): string {
  return JSON.stringify(
    {
      global: { scrape_interval: '5s', evaluation_interval: '5s' },
      rule_files: [join(resolve(rules), '*.yaml')],
      scrape_configs: [
        {
          job_name: 'causeway',
          file_sd_configs: [{ files: [resolve(targetsFile)], refresh_interval: '5s' }],
        },
      ],
    },
    null,
    2,
  );
}
