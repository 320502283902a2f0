/** One place that is changed. */
export interface Edit {
  /** The file, from the root of the project. */
  file: string;
  /** What stands there exactly once. */
  find: string;
  /** What stands there instead. */
  replace: string;
}

/** A bug that is planted by editing files while the simulator is bundled; none is changed on disk. */
export interface Mutant {
  /** What it is known by: lower case with hyphens. */
  name: string;
  /** What is wrong, in the product's own terms. */
  what: string;
  edits: readonly Edit[];
  /** The first history of seed 1 that breaks a rule with it, of 60 payments each. */
  foundAt: number;
}
