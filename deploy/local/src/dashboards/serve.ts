import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { drawDashboard } from './draw.ts';
import type { Dashboard, Panel } from './model.ts';
import { pageOf } from './page.ts';
import { type Answer, ask, type Range } from './query.ts';

const MAX_MINUTES = 2 * 24 * 60;
const DEFAULT_MINUTES = 15;

/** Draws a dashboard with what Prometheus at `url` answers now. */
export async function drawn(
  url: string,
  dashboard: Dashboard,
  range: Range,
): Promise<{ svg: string; answers: ReadonlyMap<Panel, Answer> }> {
  const asked = dashboard.panels.filter(({ type }) => type !== 'row');
  const answers = new Map(
    await Promise.all(
      asked.map(async (panel): Promise<[Panel, Answer]> => [panel, await ask(url, panel, range)]),
    ),
  );
  return { svg: drawDashboard(dashboard, answers, range), answers };
}

/** The last minutes. */
export function lastMinutes(minutes: number): Range {
  const toS = Math.floor(Date.now() / 1_000);
  return { fromS: toS - minutes * 60, toS };
}

/** Shows dashboards on loopback, each drawn when it is asked for. */
export async function serveDashboards(
  url: string,
  dashboards: readonly Dashboard[],
  port: number,
): Promise<{ server: Server; port: number }> {
  const server = createServer(async (request, response) => {
    const asked = new URL(request.url ?? '/', 'http://localhost');
    const name = asked.pathname.slice(1) || dashboards[0]?.name;
    const dashboard = dashboards.find((one) => one.name === name);
    if (dashboard === undefined) {
      response.writeHead(404).end('no such dashboard');
      return;
    }
    const given = Number(asked.searchParams.get('minutes') ?? DEFAULT_MINUTES);
    const minutes = given >= 1 && given <= MAX_MINUTES ? given : DEFAULT_MINUTES;
    const { svg } = await drawn(url, dashboard, lastMinutes(minutes));
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(pageOf(dashboard, dashboards, svg, minutes));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { server, port: (server.address() as AddressInfo).port };
}
