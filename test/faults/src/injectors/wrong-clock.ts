// Loaded into a service before its own code (`node --import`), so that its host seems to have a
// wrong clock: whatever asks the host for the time, libraries too, is told another one. The file that
// CAUSEWAY_WRONG_CLOCK names holds by how many milliseconds it is off; it may change at any time.
import { readFileSync } from 'node:fs';

const LOOK_MS = 50;
const file = process.env.CAUSEWAY_WRONG_CLOCK;
const HostDate = Date;
let offMs = 0;

function look(path: string): void {
  try {
    offMs = Number(readFileSync(path, 'utf8')) || 0;
  } catch {
    // Nobody has said anything yet.
  }
}

const now = () => HostDate.now() + offMs;

if (file !== undefined && file !== '') {
  look(file);
  setInterval(() => look(file), LOOK_MS).unref();
  globalThis.Date = new Proxy(HostDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new HostDate(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
}
