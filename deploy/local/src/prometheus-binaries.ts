import { type DebianProgram, fetchedProgram, presentProgram } from './debian-package.ts';

const HELP =
  'Prometheus is needed, and neither of these worked: prometheus on PATH, the Debian package.\n' +
  'Install it (macOS: brew install prometheus; Debian, Ubuntu: apt install prometheus).';

const PROMETHEUS: DebianProgram = {
  package: 'prometheus',
  path: ['usr', 'bin', 'prometheus'],
  help: HELP,
};

/** The server's program, from Debian's package where it is not on PATH. */
export function prometheusBinary(say: (line: string) => void): string {
  return fetchedProgram(PROMETHEUS, say);
}

/** The server's program where nothing has to be fetched; else undefined. */
export function presentPrometheus(): string | undefined {
  return presentProgram(PROMETHEUS);
}

/** The program that tests rules, where it is on PATH or came with the server; else undefined. */
export function presentPromtool(): string | undefined {
  return presentProgram({ ...PROMETHEUS, path: ['usr', 'bin', 'promtool'] });
}
