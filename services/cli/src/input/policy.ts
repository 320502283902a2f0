import { Policy } from '@causeway/proto/routing';
import { isRecord, type JsonObject, parseMessage, readMessage, type Written } from './message.ts';

const POLICY: Written<Policy> = {
  ...{ name: 'policy', aName: 'a policy', codec: Policy },
  withProtoNames: withMethodNames,
};

/** Reads a policy from a file, or from stdin where it is "-". Throws a UsageError. */
export function readPolicy(file: string): Promise<Policy> {
  return readMessage(POLICY, file);
}

/**
 * Reads a policy as `policy show --json` prints it, or as its bare JSON. A field that does not
 * exist is refused, since a rule that was misspelt would otherwise apply to every payment. Throws
 * a UsageError.
 */
export function parsePolicy(text: string): Policy {
  return parseMessage(POLICY, text);
}

/** Methods go by the names that all commands print, `CODE` for `PAYMENT_METHOD_CODE`. */
function withMethodNames(json: JsonObject): JsonObject {
  const { rules } = json;
  if (!Array.isArray(rules)) return json;
  return { ...json, rules: rules.map((rule) => (isRecord(rule) ? withMethods(rule) : rule)) };
}

function withMethods(rule: JsonObject): JsonObject {
  const { when } = rule;
  if (!isRecord(when) || !Array.isArray(when.methods)) return rule;
  const methods = when.methods.map((method) =>
    typeof method === 'string'
      ? `PAYMENT_METHOD_${method.replace(/^PAYMENT_METHOD_/, '')}`
      : method,
  );
  return { ...rule, when: { ...when, methods } };
}
