import { buildName } from '@causeway/runtime';
import { isProgram, PROGRAMS, type Program } from './programs.ts';

const LOADERS: Readonly<Record<Program, () => Promise<unknown>>> = {
  acquiring: () => import('../../../services/acquiring/src/bin.ts'),
  fx: () => import('../../../services/fx/src/bin.ts'),
  routing: () => import('../../../services/routing/src/bin.ts'),
  settlement: () => import('../../../services/settlement/src/bin.ts'),
  wallet: () => import('../../../services/wallet/src/bin.ts'),
  cli: () => import('../../../services/cli/src/bin.ts'),
  verifier: () => import('../../../services/verifier/src/bin.ts'),
  wait: () => import('./wait.ts'),
};

const USAGE = `Usage: causeway <program> [arguments]

Programs: ${PROGRAMS.join(', ')}.
\`causeway <service> --help\` says what a service can do besides serving.
`;

/** The one entry of the image: its first argument says which program this process is. */
async function main(): Promise<void> {
  const [name = '', ...others] = process.argv.slice(2);
  if (name === '--version') {
    process.stdout.write(`causeway ${buildName()}\n`);
  } else if (name === '--help') {
    process.stdout.write(USAGE);
  } else if (isProgram(name)) {
    // It finds its own arguments where it would find them if it were run by itself.
    process.argv.splice(2, process.argv.length - 2, ...others);
    await LOADERS[name]();
  } else {
    process.stderr.write(USAGE);
    process.exitCode = 2;
  }
}

await main();
