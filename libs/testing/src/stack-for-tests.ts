import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Processes, type Stack, startStack } from '@causeway/deploy-local';
import type { TestProject } from 'vitest/node';
import build from './build-for-tests.ts';

/** What a test file needs in order to use the stack of its run. */
export interface ProvidedStack {
  endpoints: Record<string, string>;
  databases: Record<string, string>;
  natsUrl: string;
  certs: string;
  state: string;
  /** Where commands to its processes go. */
  controlUrl: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    testStack: ProvidedStack;
  }
}

/**
 * Starts one stack for the whole run, under a state folder of its own, and stops it afterwards.
 * Test files run in other processes, so they command its processes over HTTP on loopback.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  build();
  const state = mkdtempSync(join(tmpdir(), 'causeway-e2e-'));
  chmodSync(state, 0o711);
  const stack = await startStack({ state, quiet: true });
  const control = await listen(stack.processes);
  const { endpoints, databases, natsUrl, certs } = stack;
  const controlUrl = urlOf(control);
  project.provide('testStack', {
    endpoints: { ...endpoints },
    databases: { ...databases },
    natsUrl,
    certs,
    state: stack.state,
    controlUrl,
  });
  return () => tearDown(stack, control);
}

async function tearDown(stack: Stack, control: Server): Promise<void> {
  control.closeAllConnections();
  control.close();
  await stack.stop();
  if (stack.deaths.length > 0) {
    throw new Error(`${stack.deaths.join('; ')}: the logs are in ${join(stack.state, 'logs')}`);
  }
  rmSync(stack.state, { recursive: true, force: true });
}

/** Answers `POST` of `{ method, args }` with what that method of the processes answers. */
function listen(processes: Processes): Promise<Server> {
  const server = createServer(async (request, response) => {
    try {
      let body = '';
      for await (const chunk of request) body += chunk;
      const result = await call(processes, JSON.parse(body));
      response.end(JSON.stringify({ result }));
    } catch (error) {
      response.statusCode = 500;
      response.end(JSON.stringify({ error: error instanceof Error ? error.message : 'failed' }));
    }
  });
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve(server));
  });
}

/** One command to the processes of the stack. */
export interface Command {
  method: keyof Processes;
  name: string;
  env?: Record<string, string>;
}

async function call(processes: Processes, { method, name, env }: Command): Promise<unknown> {
  if (method === 'names') return processes.names();
  return method === 'restart' ? processes.restart(name, env) : processes[method](name);
}

function urlOf(server: Server): string {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the control has no port');
  return `http://127.0.0.1:${address.port}/`;
}
