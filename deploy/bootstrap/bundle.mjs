import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { buildDefinition, commitOf } from './build-name.mjs';
import { hashOfTimes, readStamp, writeStamp } from './fingerprint.mjs';

const stampPath = (root) => join(root, 'dist', '.stamp');

const isSource = (name) =>
  /\.(ts|mts|mjs|sql|csv|json)$/.test(name) && !/\.(test|prop)\.ts$/.test(name);

const SOURCES = [
  ...['libs', 'services', 'deploy', 'test/bench', 'test/faults', 'test/simulator', 'test/support'],
  'package-lock.json',
];

const sourceHash = (root) => `${hashOfTimes(root, SOURCES, isSource)} ${commitOf(root)}`;

export function bundleIsCurrent(root) {
  return readStamp(stampPath(root)) === sourceHash(root);
}

/**
 * The programs by name: one for each service's bin.ts, the stack, its certificates, the
 * sandbox's tour and bank, the bench with its helpers, the faults with the clock that they give to
 * services, and the simulator.
 */
function entries(root) {
  const services = readdirSync(join(root, 'services')).map((name) => [
    name,
    `services/${name}/src/bin.ts`,
  ]);
  const others = [
    ['start', 'deploy/local/src/main.ts'],
    ['certificate', 'deploy/local/src/issue.ts'],
    ['backup', 'deploy/local/src/backup/bin.ts'],
    ['dashboards', 'deploy/local/src/dashboards/main.ts'],
    ['tour', 'services/sandbox/src/tour/bin.ts'],
    ['sandbox-bank', 'services/sandbox/src/bank/bin.ts'],
    ['deploy-check', 'deploy/check/src/bin.ts'],
    ['bench', 'test/bench/src/bin.ts'],
    ['bench-echo', 'test/bench/src/limits/echo-server.ts'],
    ['bench-load', 'test/bench/src/payments/load/bin.ts'],
    ['bench-work', 'test/bench/src/work.ts'],
    ['faults', 'test/faults/src/bin.ts'],
    ['faults-clock', 'test/faults/src/injectors/wrong-clock.ts'],
    ['simulate', 'test/simulator/src/bin.ts'],
  ];
  return Object.fromEntries(
    [...services, ...others]
      .map(([name, path]) => [name, join(root, path)])
      .filter(([, path]) => existsSync(path)),
  );
}

/** Our own packages are bundled from source; all others stay imports, resolved when it runs. */
const onlyOurOwn = {
  name: 'only-our-own',
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) =>
      kind === 'entry-point' || path.startsWith('@causeway/')
        ? undefined
        : { external: true, path },
    );
  },
};

export async function bundle(root, say) {
  say('building…');
  const hash = sourceHash(root);
  const { build, stop } = await import('esbuild');
  const result = await build({
    entryPoints: entries(root),
    outdir: join(root, 'dist'),
    absWorkingDir: root,
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    define: buildDefinition(root),
    loader: { '.sql': 'text', '.csv': 'text' },
    sourcemap: true,
    logLevel: 'silent',
    plugins: [onlyOurOwn],
  }).catch((error) => {
    throw new Error(`the build failed\n${messages(error)}`);
  });
  // Its service would otherwise stay for as long as the program that is about to run.
  await stop();
  for (const file of result.outputFiles) writeWhole(file.path, file.contents);
  writeStamp(stampPath(root), hash);
}

/** A program that is being started by somebody else must never be seen half written. */
function writeWhole(path, contents) {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  const partial = `${path}.${process.pid}.partial`;
  writeFileSync(partial, contents);
  renameSync(partial, path);
}

function messages(error) {
  return (error.errors ?? [{ text: error.message }])
    .map(({ text, location }) =>
      location ? `  ${location.file}:${location.line}: ${text}` : `  ${text}`,
    )
    .join('\n');
}
