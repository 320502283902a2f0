import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { canReach, parsePasswd } from './identity.ts';

const STRANGER = { uid: 54_321, gid: 54_321 };

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'causeway-identity-'));
  mkdirSync(join(folder, 'home', 'checkout'), { recursive: true });
  chmodSync(folder, 0o711);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a stranger passes through an open home and not through a closed one', () => {
  const path = join(folder, 'home', 'checkout', 'postgres');
  expect(canReach(path, STRANGER)).toBe(true);
  chmodSync(join(folder, 'home'), 0o700);
  expect(canReach(path, STRANGER)).toBe(false);
  const { uid, gid } = statSync(folder);
  expect(canReach(path, { uid, gid })).toBe(true);
  expect(canReach(path, {})).toBe(true);
});

test('a group passes by its own bits', () => {
  chmodSync(join(folder, 'home'), 0o701);
  const { gid } = statSync(folder);
  expect(canReach(join(folder, 'home', 'checkout'), { uid: STRANGER.uid, gid })).toBe(false);
});

test('users are read from passwd', () => {
  const users = parsePasswd(
    'root:x:0:0:root:/root:/bin/sh\n\nnobody:x:65534:65533::/:/bin/false\n',
  );
  expect(users.get('nobody')).toEqual({ uid: 65_534, gid: 65_533 });
  expect(users.has('postgres')).toBe(false);
});
