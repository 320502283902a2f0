import type { FieldViolation } from '@causeway/runtime';

/** Gathers what is wrong with a message, each problem under the path of its field. */
export class Problems {
  constructor(
    readonly found: FieldViolation[],
    private readonly path: string,
  ) {}

  /** The same list, one field further in. */
  at(field: string): Problems {
    return new Problems(this.found, `${this.path}.${field}`);
  }

  /** The same list, at an item of a repeated field, with its name where it has one. */
  item(index: number, name = ''): Problems {
    const named = name === '' ? '' : ` "${name}"`;
    return new Problems(this.found, `${this.path}[${index}]${named}`);
  }

  add(description: string): void {
    this.found.push({ field: this.path, description });
  }

  /** Notes the problem unless the rule holds. */
  require(holds: boolean, description: string): void {
    if (!holds) this.add(description);
  }

  /** Notes a number that is not whole or lies outside its bounds. */
  requireWithin(value: number, low: number, high: number): void {
    const holds = Number.isInteger(value) && value >= low && value <= high;
    this.require(holds, `takes ${low} to ${high}`);
  }
}
