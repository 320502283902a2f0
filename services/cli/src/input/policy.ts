import { readFile } from 'node:fs/promises';
import { Policy } from '@causeway/proto/routing';
import { readStdin } from './stdin.ts';
import { UsageError } from './usage.ts';

/** Reads a policy from a file, or from stdin where it is "-". Throws a UsageError. */
export async function readPolicy(file: string): Promise<Policy> {
  const text = file === '-' ? await readStdin('the file of a policy') : await textOf(file);
  return parsePolicy(text);
}

/**
 * Reads a policy as `policy show --json` prints it, or as its bare JSON. A field that does not
 * exist is refused, since a rule that was misspelt would otherwise apply to every payment. Throws
 * a UsageError.
 */
export function parsePolicy(text: string): Policy {
  const given = objectIn(text);
  const bare = isRecord(given.policy) ? given.policy : given;
  const policy = policyOf(bare);
  const unknown = unknownField(bare, Policy.toJSON(policy), 'policy');
  if (unknown !== undefined) throw new UsageError(`there is no field ${unknown}`);
  return policy;
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file} cannot be read: ${messageOf(error)}`);
  }
}

function objectIn(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (isRecord(value)) return value;
  } catch (error) {
    throw new UsageError(`a policy is JSON: ${messageOf(error)}`);
  }
  throw new UsageError('a policy is a JSON object');
}

function policyOf(json: Record<string, unknown>): Policy {
  try {
    return Policy.fromJSON(withMethodNames(json));
  } catch (error) {
    throw new UsageError(`that is no policy: ${messageOf(error)}`);
  }
}

/** Methods go by the names that all commands print, `CODE` for `PAYMENT_METHOD_CODE`. */
function withMethodNames(json: Record<string, unknown>): Record<string, unknown> {
  const { rules } = json;
  if (!Array.isArray(rules)) return json;
  return { ...json, rules: rules.map((rule) => (isRecord(rule) ? withMethods(rule) : rule)) };
}

function withMethods(rule: Record<string, unknown>): Record<string, unknown> {
  const { when } = rule;
  if (!isRecord(when) || !Array.isArray(when.methods)) return rule;
  const methods = when.methods.map((method) =>
    typeof method === 'string'
      ? `PAYMENT_METHOD_${method.replace(/^PAYMENT_METHOD_/, '')}`
      : method,
  );
  return { ...rule, when: { ...when, methods } };
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

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
