import { readFile } from 'node:fs/promises';
import { readStdin } from './stdin.ts';
import { UsageError } from './usage.ts';

/** A message of the protos that people write as JSON. */
export interface Written<Message> {
  /** What it is called in errors, and the key under which answers of commands hold it. */
  name: string;
  /** The same with its article. */
  aName: string;
  codec: { fromJSON(json: unknown): Message; toJSON(message: Message): unknown };
  /** Puts the names that commands print in place of those of the protos. */
  withProtoNames(json: JsonObject): JsonObject;
}

export type JsonObject = Record<string, unknown>;

/** Reads a message from a file, or from stdin where it is "-". Throws a UsageError. */
export async function readMessage<Message>(written: Written<Message>, file: string) {
  const text = file === '-' ? await readStdin(`the file of ${written.aName}`) : await textOf(file);
  return parseMessage(written, text);
}

/**
 * Reads a message as the commands print it with `--json`, or as its bare JSON. A field that does not
 * exist is refused: one that was misspelt would otherwise have no effect. Throws a UsageError.
 */
export function parseMessage<Message>(written: Written<Message>, text: string): Message {
  const { name, codec } = written;
  const given = objectIn(written, text);
  const held = given[name];
  const bare = isRecord(held) ? held : given;
  const message = messageOf(written, bare);
  const unknown = unknownField(bare, codec.toJSON(message), name);
  if (unknown !== undefined) throw new UsageError(`there is no field ${unknown}`);
  return message;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${reasonOf(error)}`);
  }
}

function objectIn({ aName }: Written<unknown>, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch (error) {
    throw new UsageError(`${aName} is JSON: ${reasonOf(error)}`);
  }
  throw new UsageError(`${aName} is a JSON object`);
}

function messageOf<Message>(
  { name, codec, withProtoNames }: Written<Message>,
  json: JsonObject,
): Message {
  try {
    return codec.fromJSON(withProtoNames(json));
  } catch (error) {
    throw new UsageError(`that is no ${name}: ${reasonOf(error)}`);
  }
}

/** The path of a field that was given something and was not understood. */
function unknownField(given: unknown, understood: unknown, path: string): string | undefined {
  if (Array.isArray(given)) {
    return firstOf(given.map((item, n) => unknownField(item, at(understood, n), `${path}[${n}]`)));
  }
  if (!isRecord(given)) return undefined;
  return firstOf(
    Object.entries(given).map(([key, value]) => {
      const name = key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
      const found = isRecord(understood) ? understood[name] : undefined;
      if (found === undefined) return isEmpty(value) ? undefined : `${path}.${key}`;
      return unknownField(value, found, `${path}.${key}`);
    }),
  );
}

function at(list: unknown, index: number): unknown {
  return Array.isArray(list) ? list[index] : undefined;
}

function firstOf(paths: readonly (string | undefined)[]): string | undefined {
  return paths.find((path) => path !== undefined);
}

/** What JSON of a message leaves out, whether there is such a field or not. */
function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return [null, undefined, '', '0', 0, false].includes(value as null);
}

/** Whether it is an object and no list. */
export function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
