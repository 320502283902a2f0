import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';
import { Guard } from '../guard.ts';
import { startPrometheus } from '../prometheus.ts';
import { stateIn, targetsFile } from '../state.ts';
import { stopRequested } from '../stop-requested.ts';
import { type Dashboard, dashboardsIn } from './model.ts';
import { takePicture } from './picture.ts';
import { drawn, lastMinutes, serveDashboards } from './serve.ts';

interface Options {
  port: number;
  prometheus?: string;
  out?: string;
  minutes: number;
  after: number;
}

const MORE_HELP = `
Starts a Prometheus that scrapes every process of the running stack, with the rules of
deploy/alerts, and draws the dashboards of deploy/grafana as Grafana would. It comes from PATH or
from Debian's package, unpacked into the cache. What it has scraped is kept in the state folder.

Environment:
  CAUSEWAY_STATE   the state folder of the stack; default .causeway

Examples, beside a running "npm start":
  TRAFFIC_PER_SECOND=3 npm start               a stack with something to see
  npm run dashboards                           in a browser, drawn anew every ten seconds
  npm run dashboards -- --out pictures         a picture of each, as SVG and PNG, then ends
  npm run dashboards -- --out pictures --after 300 --minutes 5
`;

/** A whole number within bounds, from the command line. */
function within(low: number, high: number) {
  return (text: string): number => {
    const value = Number(text);
    if (Number.isInteger(value) && value >= low && value <= high) return value;
    throw new InvalidArgumentError(`takes ${low} to ${high}`);
  };
}

function readOptions(): Options {
  return new Command('npm run dashboards --')
    .description('Shows the dashboards of a running stack.')
    .option(
      '--port <n>',
      'where to serve them on 127.0.0.1; 0 lets the host choose',
      within(0, 65_535),
      9_300,
    )
    .option('--prometheus <url>', 'ask this Prometheus instead of starting one')
    .option('--out <dir>', 'write each dashboard to <dir>, and end')
    .option('--minutes <n>', 'how much of the past pictures show', within(1, 2_880), 15)
    .option(
      '--after <seconds>',
      'scrape for so long before pictures are taken',
      within(0, 86_400),
      60,
    )
    .addHelpText('after', MORE_HELP)
    .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : 2))
    .parse()
    .opts<Options>();
}

function say(line: string): void {
  process.stderr.write(`causeway: ${line}\n`);
}

/** Resolves after so many seconds, or when it shall end. */
function wait(seconds: number, stop: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, seconds * 1_000);
    stop.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

/** Answers how many panels could not be answered. */
async function write(
  url: string,
  dashboards: readonly Dashboard[],
  options: Options,
): Promise<number> {
  const { out = '.', minutes } = options;
  mkdirSync(out, { recursive: true });
  let failures = 0;
  for (const dashboard of dashboards) {
    const { svg, answers } = await drawn(url, dashboard, lastMinutes(minutes));
    const file = join(out, dashboard.name);
    writeFileSync(`${file}.svg`, svg);
    const isTaken = takePicture(svg, `${file}.png`);
    const empty = [...answers]
      .filter(([, { lines }]) => lines.length === 0)
      .map(([panel]) => panel.title);
    for (const [panel, { error }] of answers) {
      if (error === undefined) continue;
      failures += 1;
      say(`FAILED ${dashboard.name}, ${panel.title}: ${error}`);
    }
    const files = isTaken ? `${file}.svg and .png` : `${file}.svg (no chromium, no PNG)`;
    say(
      `${files}: ${answers.size} panels${empty.length > 0 ? `, nothing yet in: ${empty.join('; ')}` : ''}`,
    );
  }
  return failures;
}

async function main(options: Options): Promise<number> {
  const state = stateIn(process.env.CAUSEWAY_STATE || '.causeway');
  const dashboards = dashboardsIn('deploy/grafana');
  const targets = targetsFile(state);
  if (options.prometheus === undefined && !existsSync(targets)) {
    say(`no stack that shows metrics is running here (${targets} is not there): npm start`);
    return 3;
  }
  const stop = stopRequested();
  const guard = new Guard();
  const started =
    options.prometheus === undefined
      ? await startPrometheus({
          ...{ folder: join(state.folder, 'prometheus'), targetsFile: targets, guard, say },
          rules: 'deploy/alerts',
        })
      : undefined;
  const url = options.prometheus ?? started?.url ?? '';
  try {
    if (options.out !== undefined) {
      say(`scraping for ${options.after} s…`);
      await wait(options.after, stop);
      return (await write(url, dashboards, options)) === 0 ? 0 : 1;
    }
    const { server, port } = await serveDashboards(url, dashboards, options.port);
    say(`dashboards: http://127.0.0.1:${port}/   Prometheus: ${url}   Ctrl-C ends both`);
    await wait(86_400 * 7, stop);
    server.closeAllConnections();
    server.close();
    return 0;
  } finally {
    await started?.process.stop();
    guard.close();
  }
}

main(readOptions()).then(
  (exitCode) => process.exit(exitCode),
  (error) => {
    say(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
