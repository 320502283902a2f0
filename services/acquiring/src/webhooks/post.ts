import http from 'node:http';
import https from 'node:https';
import type { Clock, Timers } from '@causeway/runtime';
import { assertLiteralAllowed, guardedLookup, type TargetPolicy } from './target.ts';

/** What came back from a target. */
export interface Answer {
  /** The HTTP status; 0 where there was no answer. */
  status: number;
  /** What was wrong; empty after a 2xx. */
  error: string;
  /** How long the target asks to be left alone; 0 where it does not. */
  retryAfterMs: number;
}

/** Sends one message to one target. Never rejects. */
export type Post = (url: string, headers: Record<string, string>, body: string) => Promise<Answer>;

/** More of an answer's body is not read: nobody looks at it. */
const MAX_ANSWER_BYTES = 16 << 10;
/** Servers close idle connections after five seconds and more; one that is used then fails. */
const IDLE_MS = 4_000;
const MAX_ERROR_LENGTH = 200;

/** What posting works with. */
export interface PostOptions {
  timers: Timers;
  clock: Clock;
  policy: TargetPolicy;
  /** From the start of an attempt to the end of its answer. */
  deadlineMs: number;
}

/**
 * Posts over connections that are kept for the next message. Redirects are not followed: they
 * are answers that are no 2xx. The address is judged where the connection is made.
 */
export function poster({ timers, clock, policy, deadlineMs }: PostOptions): {
  post: Post;
  close(): void;
} {
  const kept = { keepAlive: true, timeout: IDLE_MS };
  const plain = new http.Agent(kept);
  const secure = new https.Agent(kept);
  const lookup = guardedLookup(policy);

  const post: Post = (text, headers, body) =>
    new Promise((resolve) => {
      const url = new URL(text);
      const answer = { status: 0, error: '', retryAfterMs: 0 };
      // The first to say how it ended is right: what follows is the connection being torn down.
      const end = (error: string) => {
        cancel();
        resolve({ ...answer, error: error.slice(0, MAX_ERROR_LENGTH) });
      };
      const broken = (error: string) => end(answer.status === 0 ? error : errorOf(answer));
      let sent: http.ClientRequest | undefined;
      const cancel = timers.after(deadlineMs, () => {
        broken(`no answer within ${deadlineMs / 1_000} s`);
        sent?.destroy();
      });
      try {
        assertLiteralAllowed(url, policy);
        const how = { method: 'POST', headers, lookup };
        sent =
          url.protocol === 'https:'
            ? https.request(url, { ...how, agent: secure })
            : http.request(url, { ...how, agent: plain });
      } catch (error) {
        end(messageOf(error));
        return;
      }
      sent.on('error', (error) => broken(messageOf(error)));
      sent.on('close', () => broken('the connection was closed without an answer'));
      sent.on('response', (response) => {
        answer.status = response.statusCode ?? 0;
        answer.retryAfterMs = retryAfterMs(response.headers['retry-after'], clock);
        skipBody(response);
        response.on('close', () => end(errorOf(answer)));
      });
      sent.end(body);
    });
  const close = () => {
    plain.destroy();
    secure.destroy();
  };
  return { post, close };
}

function skipBody(response: http.IncomingMessage): void {
  let bytes = 0;
  response.on('error', () => {});
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES) response.destroy();
  });
}

function errorOf({ status }: Answer): string {
  return status >= 200 && status < 300 ? '' : `HTTP ${status}`;
}

/** Seconds, or a moment: both are told by targets that want to be left alone. */
function retryAfterMs(header: string | undefined, clock: Clock): number {
  if (header === undefined) return 0;
  if (/^\d{1,9}$/.test(header)) return Number.parseInt(header, 10) * 1_000;
  const atMs = Date.parse(header);
  return Number.isNaN(atMs) ? 0 : Math.max(0, atMs - clock.nowMs());
}

/** Several addresses that all failed make one error that says nothing itself. */
function messageOf(error: unknown): string {
  if (error instanceof AggregateError) return messageOf(error.errors[0]);
  return error instanceof Error ? error.message || error.name : String(error);
}
