import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { natsBinary } from '../../../local/src/nats-binary.ts';
import type { Rendered } from '../chart.ts';
import { commandsToRun } from '../guide.ts';
import { localised, natsConfiguration } from '../nats.ts';
import type { Say } from '../tools.ts';
import { type Container, exitCodeOf, type Runtime } from './containers.ts';
import { askHealth } from './health.ts';
import type { Part, Release } from './release.ts';

const HEALTH_PORT = 8081;
const READY_TRIES = 240;
const PAUSE_MS = 250;

/** What an operator does first in a new cluster, each with a word of the answer. */
const FIRST_COMMANDS: readonly [args: string, answer: string][] = [
  [
    'issuer put harbour-pay --name Harbour --country HK --currency HKD --prefix 284100 --address causeway-wallet:8443 --zone Asia/Hong_Kong',
    'harbour-pay',
  ],
  ['issuers', '284100'],
  ['partner put acme --name Acme --country JP --currency JPY --zone Asia/Tokyo', 'acme-jp'],
  // What is not said again stays as it is.
  [
    'partner put acme --name Acme --country JP --currency JPY --zone Asia/Tokyo --connector connector.acme.example:443',
    'acme-jp',
  ],
  ['partner put acme --name Acme --country JP --currency JPY --zone Asia/Tokyo', 'acme-jp'],
  ['routes --json', 'connector.acme.example:443'],
  ['positions', ''],
  ['treasury exposures', ''],
];

/** How many commands run at the same time. */
const AT_ONCE = 4;

/** What says that somebody else, or somewhere else, would have to be asked. */
const CANNOT_RUN = /CALLER_NOT_ALLOWED|SCOPE_MISSING|this stack has no|no certificate|say whose/;

/** A partner's certificate is not here. */
const PLANTED = ['list', '--as', 'acme'];

/** A process whose output is kept. */
interface Started {
  child: ChildProcess;
  output(): string;
  code: Promise<number>;
}

/** Runs the containers of a release on this machine. */
export class Live {
  #made = 0;

  constructor(
    private readonly runtime: Runtime,
    private readonly folder: string,
  ) {}

  /** A service must not start before its tables are there, and then be told so. */
  async refusesEarly({ host, container }: Part): Promise<string[]> {
    const early = await this.#ended(container);
    const asExpected = early.code === 1 && early.output.includes('is not applied');
    return asExpected ? [] : [`${host} does not wait for its migrations: ${early.output}`];
  }

  async migrate({ host, container, migrate }: Part): Promise<string[]> {
    const { code, output } = await this.#ended({ ...container, args: migrate });
    return code === 0 ? [] : [`the migrations of ${host} failed: ${output}`];
  }

  /** Starts every service at once, as a cluster does, lets an operator work, and ends them all. */
  async serve({ parts, operator }: Release): Promise<string[]> {
    const running = parts.map((part) => ({ part, started: this.#start(part.container) }));
    const problems: string[] = [];
    for (const { part, started } of running) problems.push(...(await untilReady(part, started)));
    if (problems.length === 0) {
      problems.push(...(await this.#work(operator)));
      problems.push(...(await this.#follow(operator)));
      for (const { part } of running) problems.push(...(await metricsOf(part)));
    }
    for (const { started } of running) started.child.kill('SIGTERM');
    for (const { part, started } of running) {
      const code = await started.code;
      if (code !== 0) problems.push(`${part.host} ends with ${code}: ${started.output()}`);
      problems.push(...errorsIn(started.output()).map((line) => `${part.host} logs ${line}`));
    }
    return problems;
  }

  async #work(operator: Container): Promise<string[]> {
    const problems: string[] = [];
    for (const [command, answer] of FIRST_COMMANDS) {
      const args = [...operator.args, ...command.split(' ')];
      const { code, output } = await this.#ended({ ...operator, args });
      if (code !== 0 || !output.includes(answer)) {
        problems.push(`causeway ${command}: ${code}: ${output}`);
      }
    }
    return problems;
  }

  /** Each command of the guide and the runbooks, with nothing but what the operator's pod has. */
  async #follow(operator: Container): Promise<string[]> {
    const planted = await this.#cannotRun(operator, PLANTED);
    const problems = planted.length > 0 ? [] : [`causeway ${PLANTED.join(' ')} was thought to run`];
    const left = commandsToRun();
    const worker = async () => {
      for (let words = left.pop(); words !== undefined; words = left.pop()) {
        problems.push(...(await this.#cannotRun(operator, words)));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
    return problems;
  }

  /** A refusal is an answer; that somebody else would have to ask is none. */
  async #cannotRun(operator: Container, words: readonly string[]): Promise<string[]> {
    const args = [...operator.args, ...words];
    const { code, output } = await this.#ended({ ...operator, args });
    const cannot = code > 1 || CANNOT_RUN.test(output);
    return cannot ? [`causeway ${words.join(' ')}: ${code}: ${output}`] : [];
  }

  #start(container: Container): Started {
    this.#made += 1;
    const child = this.runtime.start(container, join(this.folder, `container-${this.#made}`));
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        output += text;
      });
    }
    return { child, output: () => output.trim().slice(-2_000), code: exitCodeOf(child) };
  }

  async #ended(container: Container): Promise<{ code: number; output: string }> {
    const started = this.#start(container);
    return { code: await started.code, output: started.output() };
  }
}

async function untilReady({ host, ip }: Part, { child, output }: Started): Promise<string[]> {
  for (let tries = 0; tries < READY_TRIES && child.exitCode === null; tries += 1) {
    const health = await askHealth(`${ip}:${HEALTH_PORT}`, '');
    if (health === 'SERVING') {
      const liveness = await askHealth(`${ip}:${HEALTH_PORT}`, 'liveness');
      return liveness === 'SERVING' ? [] : [`the liveness of ${host} is ${liveness}`];
    }
    await pause(PAUSE_MS);
  }
  return [`${host} does not serve: ${output()}`];
}

async function metricsOf({ host, ip }: Part): Promise<string[]> {
  const answer = await fetch(`http://${ip}:9464/metrics`).catch(() => undefined);
  const text = (await answer?.text()) ?? '';
  return text.includes('# TYPE causeway_') ? [] : [`${host} shows Prometheus no metrics`];
}

function errorsIn(output: string): string[] {
  return output.split('\n').filter((line) => /"level":"(error|fatal)"/.test(line));
}

/** The chart's NATS, where this machine has the program; what ends it. */
export function startNats(
  { objects }: Rendered,
  ip: string,
  folder: string,
  say: Say,
): (() => void) | undefined {
  let binary: string;
  try {
    binary = natsBinary(say);
  } catch {
    return undefined;
  }
  const file = join(folder, 'nats.conf');
  const place = { host: ip, port: 4222, healthPort: 8222 };
  writeFileSync(file, localised(natsConfiguration(objects), folder, place));
  const env = { ...process.env, POD_NAME: 'causeway-nats-0' };
  const server = spawn(binary, ['--config', file], { env, stdio: 'ignore' });
  return () => server.kill('SIGTERM');
}
