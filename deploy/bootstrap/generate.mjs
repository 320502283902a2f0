import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { hashOfContent, readStamp, writeStamp } from './fingerprint.mjs';

const stampPath = (root) => join(root, 'libs', 'proto', 'src', 'gen', '.stamp');

/** The lockfile belongs to the stamp because it names the generator's version. */
const protoHash = (root) => hashOfContent(root, ['proto', 'package-lock.json']);

export function generatedIsCurrent(root) {
  return readStamp(stampPath(root)) === protoHash(root);
}

export async function generate(root, say) {
  const generator = join(root, 'proto', 'generate.mjs');
  if (!existsSync(generator)) return;
  say('generating code from proto/…');
  const hash = protoHash(root);
  const module = await import(pathToFileURL(generator).href);
  await module.generate({ quiet: true });
  writeStamp(stampPath(root), hash);
}
