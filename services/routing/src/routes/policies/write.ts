import type { Policy } from '@causeway/proto/routing';
import type { FieldViolation, Runtime } from '@causeway/runtime';
import type { DirectoryView } from '../../directory/directory.ts';
import { refuse } from '../../errors.ts';
import { problemsOf } from './check.ts';
import type { Policies } from './policies.ts';
import type { PolicyStore } from './store.ts';

export interface WriteDeps {
  policyStore: PolicyStore;
  policies: Policies;
  directory: { readonly view: DirectoryView };
  runtime: Runtime;
}

/** Others may store at the same moment; each attempt that meets one makes room for the next. */
const MAX_ATTEMPTS = 16;

/** Stores a new version after all of it was checked. Refuses FIELD_INVALID with every problem. */
export async function createPolicy(
  { policyStore, directory, runtime }: WriteDeps,
  policy: Policy | undefined,
  operatorId: string,
): Promise<Policy> {
  const sound = checked(directory.view, policy);
  const now = runtime.clock.now();
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    const version = (await policyStore.latestVersion()) + 1n;
    if (await policyStore.insert(version, sound, operatorId, now)) {
      return { ...sound, version, createTime: now, operatorId, active: false };
    }
  }
  throw refuse('DEPENDENCY_UNAVAILABLE', 'others store policies too fast', { retryAfterMs: 1_000 });
}

/** Puts a stored version in force. Refuses POLICY_UNKNOWN, and FIELD_INVALID as when it was stored. */
export async function activatePolicy(
  { policyStore, policies, directory, runtime }: WriteDeps,
  version: bigint,
  operatorId: string,
): Promise<Policy> {
  const policy = await storedPolicy(policyStore, version);
  // What it names may have changed since.
  checked(directory.view, policy);
  await policyStore.activate(version, operatorId, runtime.clock.now());
  await policies.refresh();
  return { ...policy, active: true };
}

/** One version, 0 being the one that is built in. Refuses POLICY_UNKNOWN. */
export async function storedPolicy(store: PolicyStore, version: bigint): Promise<Policy> {
  const policy = await store.find(version);
  if (policy) return policy;
  throw refuse('POLICY_UNKNOWN', `there is no version ${version} of the policy`);
}

/** The policy, if nothing is wrong with it. Refuses FIELD_INVALID. */
export function checked({ routes, issuers }: DirectoryView, policy: Policy | undefined): Policy {
  if (policy === undefined) throw refuse('FIELD_INVALID', 'policy is missing');
  const problems = problemsOf(policy, {
    isRoute: (routeId) => routes.has(routeId),
    isIssuer: (issuerId) => issuers.has(issuerId),
  });
  if (problems.length > 0) throw fieldsInvalid(problems);
  return policy;
}

/** Enough for a reader; the rest stands in the fields. */
const NAMED = 5;
/** What fits into an answer's trailers. */
const MAX_FIELDS = 64;

function fieldsInvalid(problems: readonly FieldViolation[]) {
  const fields = problems.slice(0, MAX_FIELDS);
  const named = fields.slice(0, NAMED).map(({ field, description }) => `${field} ${description}`);
  const more = problems.length > NAMED ? `; and ${problems.length - NAMED} more` : '';
  return refuse('FIELD_INVALID', `${named.join('; ')}${more}`, { fields });
}
