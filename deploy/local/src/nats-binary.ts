import { type DebianProgram, fetchedProgram } from './debian-package.ts';

const NATS: DebianProgram = {
  package: 'nats-server',
  path: ['usr', 'sbin', 'nats-server'],
  help:
    'NATS is needed, and none of these worked: NATS_URL, nats-server on PATH, the Debian package.\n' +
    'Install nats-server 2.9 or later (macOS: brew install nats-server; Debian, Ubuntu: ' +
    'apt install nats-server),\nor start one with JetStream yourself (nats-server -js) and name it: ' +
    'NATS_URL=nats://127.0.0.1:4222',
};

/**
 * A nats-server program: the one on PATH, else Debian's, unpacked into the user's cache without
 * being installed. Throws with what to install where neither can be had.
 */
export function natsBinary(say: (line: string) => void): string {
  return fetchedProgram(NATS, say);
}
