import { inspect } from 'node:util';

const MASK = '[secret]';

/** A value that shows itself only to who asks for it: logs, errors and JSON get a mask. */
export class Secret<T = string> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** The value itself. Call it where it is used, and keep the result in no field. */
  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
