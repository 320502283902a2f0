import type { Duplex } from 'node:stream';
import pg from 'pg';

const BIND = 'B'.charCodeAt(0);
const EXECUTE = 'E'.charCodeAt(0);
const SYNC = 'S'.charCodeAt(0);
const ERROR = 'E'.charCodeAt(0);
const FAILED_TRANSACTION = 'E'.charCodeAt(0);
/** `Z`, a length of 5, and in what state the transaction is. */
const READY_BYTES = 6;

/**
 * A connection that speaks Postgres' protocol with as little work as can be: statements are
 * prepared once, parameters are whole numbers, and an answer is only looked at for success. The
 * driver signs in and then hands its socket over; it alone takes as much of a processor per
 * statement as Postgres does, so that on few cores it would be what is measured.
 */
export class Wire {
  readonly #socket: Duplex;
  #answered: ((answer: Buffer) => void) | undefined;

  private constructor(socket: Duplex) {
    this.#socket = socket;
    socket.removeAllListeners('data');
    socket.on('data', (answer: Buffer) => this.#answered?.(answer));
  }

  /** Signs in and prepares statements by name, each with that many parameters. */
  static async open(url: string, statements: readonly PreparedStatement[]): Promise<Wire> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    for (const { name, text, parameters } of statements) {
      const types = parameters > 0 ? `(${Array(parameters).fill('int').join(', ')})` : '';
      // Statements that PREPARE does not take are prepared by being run.
      if (types === '') await client.query({ name, text, values: [] });
      else await client.query(`PREPARE "${name}" ${types} AS ${text}`);
    }
    return new Wire(client.connection.stream);
  }

  /** Runs one prepared statement. Throws what the server objected to. */
  run({ bytes }: Message): Promise<void> {
    return new Promise((resolve, reject) => {
      let whole: Buffer = Buffer.alloc(0);
      this.#answered = (part) => {
        whole = whole.length === 0 ? part : Buffer.concat([whole, part]);
        if (!isReady(whole)) return;
        if (whole[0] === ERROR || whole.at(-1) === FAILED_TRANSACTION) {
          reject(new Error(whole.toString('latin1').replaceAll('\0', ' ')));
        } else resolve();
      };
      this.#socket.write(bytes);
    });
  }
}

/** A statement of whole numbers, `$1` to `$<parameters>`. */
export interface PreparedStatement {
  name: string;
  text: string;
  parameters: number;
}

/** Binds a prepared statement, executes it, and asks for the answer, in one piece. */
export class Message {
  readonly bytes: Buffer;
  readonly #firstValueAt: number;

  constructor({ name, parameters }: PreparedStatement) {
    const portal = [0];
    const statement = [...Buffer.from(name), 0];
    // One format for all: binary. Each value: its length, then four bytes.
    const values = Array.from({ length: parameters }, () => [...int32(4), ...int32(0)]).flat();
    const head = [...portal, ...statement, ...int16(1), ...int16(1), ...int16(parameters)];
    const bind = [...head, ...values, ...int16(0)];
    const execute = [...portal, ...int32(0)];
    this.bytes = Buffer.from([
      ...message(BIND, bind),
      ...message(EXECUTE, execute),
      ...message(SYNC, []),
    ]);
    this.#firstValueAt = 1 + 4 + head.length + 4;
  }

  /** Puts the values in. It must not be under way meanwhile. */
  with(...values: readonly number[]): this {
    values.forEach((value, n) => {
      this.bytes.writeInt32BE(value, this.#firstValueAt + n * 8);
    });
    return this;
  }
}

function isReady(answer: Buffer): boolean {
  const at = answer.length - READY_BYTES;
  return at >= 0 && answer.toString('latin1', at, at + 5) === 'Z\0\0\0\x05';
}

function message(type: number, body: readonly number[]): number[] {
  return [type, ...int32(body.length + 4), ...body];
}

function int16(value: number): number[] {
  return [(value >> 8) & 255, value & 255];
}

function int32(value: number): number[] {
  return [...int16(value >> 16), ...int16(value)];
}
