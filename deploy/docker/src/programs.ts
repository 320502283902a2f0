/** What the image can run, by its first argument. */
export const PROGRAMS = [
  'acquiring',
  'fx',
  'routing',
  'settlement',
  'wallet',
  'cli',
  'verifier',
  'wait',
] as const;

export type Program = (typeof PROGRAMS)[number];

export function isProgram(name: string): name is Program {
  return PROGRAMS.some((program) => program === name);
}
