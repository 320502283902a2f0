/** Where in a file something stands; both count from 1, columns in characters. */
export interface Place {
  line: number;
  column: number;
}

/** A file that is not taken, and the first place at which it is wrong. Nothing of it is kept. */
export class FileRefused extends Error {
  override readonly name = 'FileRefused';
  readonly line: number;
  readonly column: number;
  /** What is wrong there, for whoever wrote the file; says nothing of what stands there. */
  readonly problem: string;

  constructor({ line, column }: Place, problem: string) {
    super(`line ${line}, column ${column}: ${problem}`);
    this.line = line;
    this.column = column;
    this.problem = problem;
  }
}
