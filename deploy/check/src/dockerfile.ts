import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Copy, DockerfileParser, type From, type Instruction } from 'dockerfile-ast';
import { validate } from 'dockerfile-utils';
import { type Findings, mustFind } from './finding.ts';

const FILE = 'deploy/docker/Dockerfile';

/** What is wrong with the Dockerfile. */
export function lintDockerfile(): Findings {
  return problemsOf(readFileSync(resolve(FILE), 'utf8'));
}

/**
 * Mistakes by the rules of the language, and by ours: a pinned base of a current Node, several
 * stages, and a last one with nothing but our files, run by a number that is not root's.
 */
function problemsOf(text: string): Findings {
  const mistakes = validate(text, {}).map(({ message, range }) => ({
    where: `${FILE}:${range.start.line + 1}`,
    problem: typeof message === 'string' ? message : message.value,
  }));
  const dockerfile = DockerfileParser.parse(text);
  const instructions = dockerfile.getInstructions();
  const last = instructions.slice(instructions.findLastIndex((one) => one.getKeyword() === 'FROM'));
  const ours = [
    ...dockerfile.getFROMs().flatMap(baseProblems),
    ...stageProblems(dockerfile.getFROMs().length, last),
    ...instructions.flatMap(anywhereProblems),
  ];
  return [...mistakes, ...ours.map((problem) => ({ where: FILE, problem }))];
}

function baseProblems(from: From): string[] {
  const image = from.getImage() ?? '';
  if (image === 'scratch' || /^\$/.test(image)) return [];
  const tag = from.getImageTag();
  if (tag === null || tag === 'latest') return [`takes ${image}, whatever that is on the day`];
  const isNode = from.getImageName() === 'node';
  return isNode && !/^24[.-]/.test(tag) ? [`builds on Node ${tag}, and not the long-term 24`] : [];
}

function stageProblems(stages: number, last: readonly Instruction[]): string[] {
  const of = (keyword: string) => last.filter((one) => one.getKeyword() === keyword);
  const user = of('USER').at(-1)?.getArgumentsContent() ?? '';
  const entry = of('ENTRYPOINT').at(-1)?.getArgumentsContent() ?? '';
  return [
    ...(stages < 2 ? ['leaves its tools in the image: it has one stage'] : []),
    ...(of('FROM')[0]?.getArgumentsContent() === 'scratch'
      ? []
      : ['has more in its image than our files: its last stage is not from scratch']),
    ...(/^[1-9]\d*(:\d+)?$/.test(user)
      ? []
      : ['runs as a user that Kubernetes cannot tell from root: USER is no number']),
    ...(entry.startsWith('[') ? [] : ['needs a shell to start']),
    ...(of('RUN').length > 0 ? ['runs something in a stage without a shell'] : []),
    ...(of('COPY').every(isFromAStage) ? [] : ['copies from the context into the image']),
  ];
}

/** The parser keeps flags apart from arguments, under the type of the instruction. */
function isFromAStage(copy: Instruction): boolean {
  return 'getFromFlag' in copy && (copy as Copy).getFromFlag() !== null;
}

function anywhereProblems(one: Instruction): string[] {
  const keyword = one.getKeyword();
  const text = one.getArgumentsContent() ?? '';
  return [
    ...(keyword === 'ADD' ? ['adds where it could copy'] : []),
    ...(/\b(ENV|ARG)\b/.test(keyword) && /(PASSWORD|TOKEN|SECRET)/i.test(text)
      ? ['holds a secret']
      : []),
    ...(keyword === 'RUN' && /\b(sudo|curl|wget)\b/.test(text)
      ? ['fetches what no lockfile names']
      : []),
    ...(keyword === 'RUN' && /\bnpm (install|i)\b/.test(text)
      ? ['installs what no lockfile names']
      : []),
  ];
}

/** That mistakes of each kind are found. */
export function findsDockerfileMistakes(): Findings {
  const text = readFileSync(resolve(FILE), 'utf8');
  const planted: Record<string, string> = {
    'root as the user': text.replace(/^USER .*$/m, 'USER root'),
    'no user': text.replace(/^USER .*$/m, ''),
    'an entry that needs a shell': text.replace(/^ENTRYPOINT .*$/m, 'ENTRYPOINT node app'),
    'a base that moves': text.replace(/^FROM node:\S+/m, 'FROM node:latest'),
    'an older Node': text.replace(/^FROM node:\S+/m, 'FROM node:18-slim'),
    'a last stage with a system': text.replace('FROM scratch', 'FROM debian:12'),
    'a file of the context': text.replace('COPY --from=build', 'COPY'),
    'an instruction that is none': text.replace(/^USER /m, 'USRE '),
  };
  return Object.entries(planted).flatMap(([what, spoiled]) => mustFind(what, problemsOf(spoiled)));
}
