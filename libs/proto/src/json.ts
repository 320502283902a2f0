/** A numeric enum as TypeScript compiles it: its names by their numbers too. */
export type EnumNames = Readonly<Record<string | number, string | number>>;

/** A value that JSON can hold. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * A message as JSON: keys in snake_case, amounts as decimal strings, times in ISO 8601, enums by
 * their names. Nothing is left out but what is not set, so that zero and empty are told apart
 * from absent.
 *
 * @param enums which keys hold an enum or a list of them, by the key's name in the message
 */
export function jsonOf(value: unknown, enums: Readonly<Record<string, EnumNames>> = {}): Json {
  if (value === null || value === undefined) return null;
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Date) return value.toISOString();
  if (Array.isArray(value)) return value.map((item) => jsonOf(item, enums));
  if (typeof value === 'object') return objectOf(value, enums);
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') {
    return value;
  }
  throw new TypeError(`a ${typeof value} has no place in JSON`);
}

function objectOf(message: object, enums: Readonly<Record<string, EnumNames>>): Json {
  const json: Record<string, Json> = {};
  for (const [key, value] of Object.entries(message)) {
    if (value === undefined) continue;
    const names = enums[key] ?? {};
    json[snakeCase(key)] = jsonOf(
      Array.isArray(value) ? value.map((item) => named(item, names)) : named(value, names),
      enums,
    );
  }
  return json;
}

/** The name of an enum's number; anything else as it is. */
function named(value: unknown, names: EnumNames): unknown {
  return typeof value === 'number' ? (names[value] ?? value) : value;
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
