// Lays out the root filesystem of the image: `node deploy/bootstrap.mjs image FOLDER`. The
// Dockerfile copies it whole into an empty image, and the smoke test runs a service in it.
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleForImage } from './bundle.mjs';

const USAGE = `Usage: node deploy/bootstrap.mjs image <folder> [--node <program>]

Makes <folder>, which must not exist or be empty, the root filesystem of the image.
  --node   the Node to put there; the one that runs this unless given
`;

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');

/** What a program finds in /etc. There is no user to log in as, and none but this number. */
const ETC = {
  'etc/passwd': 'causeway:x:65532:65532::/:/sbin/nologin\n',
  'etc/group': 'causeway:x:65532:\n',
  // The hosts file before the network, as everywhere.
  'etc/nsswitch.conf': 'hosts: files dns\n',
};

/** The libraries that a program loads, and what loads them, as paths that it looks for. */
function librariesOf(program) {
  const ldd = spawnSync('ldd', [program], { encoding: 'utf8' });
  if (ldd.status !== 0) throw new Error(`ldd ${program}: ${ldd.stderr}`);
  return ldd.stdout
    .split('\n')
    .map((line) => /(?:=> )?(\/\S+) \(0x/.exec(line)?.[1])
    .filter((path) => path !== undefined);
}

/** Copies a file to where its path says, whatever links lead there on this machine. */
function put(folder, path, from = path) {
  const to = join(folder, path);
  mkdirSync(dirname(to), { recursive: true });
  cpSync(realpathSync(from), to);
  chmodSync(to, 0o555);
}

async function makeRoot(folder, node) {
  if (existsSync(folder) && readdirSync(folder).length > 0) {
    throw new Error(`${folder} is not empty`);
  }
  put(folder, '/usr/local/bin/node', node);
  for (const library of librariesOf(node)) put(folder, library);
  for (const [path, text] of Object.entries(ETC)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text, { mode: 0o444 });
  }
  // Where Kubernetes mounts what changes; the root itself is read only.
  for (const name of ['dev', 'proc', 'sys', 'tmp', 'etc/causeway', 'work']) {
    mkdirSync(join(folder, name), { recursive: true });
  }
  await bundleForImage(root, join(folder, 'app'));
}

try {
  const { values, positionals } = parseArgs({
    options: { node: { type: 'string' }, help: { type: 'boolean' } },
    allowPositionals: true,
  });
  if (values.help || positionals.length !== 1) {
    (values.help ? process.stdout : process.stderr).write(USAGE);
    process.exit(values.help ? 0 : 2);
  }
  await makeRoot(resolve(positionals[0]), resolve(values.node ?? process.execPath));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
