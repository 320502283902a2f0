import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { World } from '../../../support/index.ts';

/** What a process said before it ended or stopped at a failpoint. */
export interface Hit {
  failpoint: string;
  /** Which pass it was since the process started, counted from 1. */
  hit: number;
}

/** Watches the log of a service for what it says from now on of failpoints that acted. */
export function watchHits({ stack }: World, service: string): () => Hit | undefined {
  const path = join(stack.state, 'logs', `${service}.log`);
  const from = sizeOf(path);
  return () => {
    const lines = textFrom(path, from).split('\n');
    const said = lines.findLast((line) => line.startsWith('{"failpoint":'));
    return said === undefined ? undefined : (JSON.parse(said) as Hit);
  };
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

function textFrom(path: string, from: number): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(fstatSync(file).size - from, 0));
    readSync(file, buffer, 0, buffer.length, from);
    return buffer.toString('utf8');
  } finally {
    closeSync(file);
  }
}
