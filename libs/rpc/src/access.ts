import type { CallerKindName } from '@causeway/proto/access';
import { Refusal } from '@causeway/runtime';
import type { Identity } from './definitions.ts';

/** Who may call a method, and the scope that their grant must hold. */
export interface AccessRule {
  callers: readonly CallerKindName[];
  scope: string;
}

/** Scopes by identity, written `<kind>/<id>`; they replace what the kind has by default. */
export type Grants = Readonly<Record<string, readonly string[]>>;

/** Holds every scope. */
const ALL = '*';

/**
 * What each kind may do unless a grant says otherwise. Publishing rates moves everybody's money,
 * so no partner may do that by default.
 */
const DEFAULT_GRANTS: Readonly<Record<CallerKindName, readonly string[]>> = {
  partner: [
    'payments.write',
    'payments.read',
    'refunds.write',
    'merchants.write',
    'merchants.read',
    'agreements.write',
    'webhooks.write',
    'webhooks.read',
    'quotes.write',
    'rates.read',
    'positions.read',
    'adjustments.read',
    'disputes.write',
    'disputes.read',
    'reconciliation.write',
    'reconciliation.read',
  ],
  service: [
    'internal',
    'connector',
    'payer',
    'quotes.write',
    'rates.read',
    'directory.read',
    'payments.inspect',
    'treasury',
    'float.read',
  ],
  operator: [ALL],
  issuer: [
    'wallets.write',
    'wallets.read',
    'funds.write',
    'codes.write',
    'payments.write',
    'agreements.write',
    'payer',
    'quotes.write',
    'rates.read',
    'positions.read',
    'adjustments.read',
    'disputes.write',
    'disputes.read',
    'reconciliation.write',
    'reconciliation.read',
    'float.write',
    'float.read',
    'transit.write',
    'transit.read',
    'transit.manage',
  ],
  wallet: [
    'wallets.read',
    'codes.write',
    'payments.write',
    'agreements.write',
    'rates.read',
    'transit.write',
  ],
};

/** The rules of a server's methods, applied to identities. */
export class AccessRules {
  readonly #rules: ReadonlyMap<string, AccessRule>;
  readonly #grants: ReadonlyMap<string, readonly string[]>;

  /** Throws where a method has no rule: what nobody thought about must not be callable. */
  constructor(
    paths: readonly string[],
    table: Readonly<Record<string, AccessRule>>,
    grants: Grants,
  ) {
    const rules = paths.map((path): [string, AccessRule] => {
      const rule = Object.hasOwn(table, path) ? table[path] : undefined;
      if (rule === undefined) throw new Error(`${path} declares no access rule`);
      return [path, rule];
    });
    this.#rules = new Map(rules);
    this.#grants = new Map(Object.entries(grants));
  }

  /** Throws a Refusal CALLER_NOT_ALLOWED or SCOPE_MISSING unless this identity may call this. */
  check(path: string, identity: Identity): void {
    const rule = this.#rules.get(path);
    if (rule === undefined) throw new Refusal('METHOD_UNKNOWN', `there is no method ${path}`);
    if (!rule.callers.includes(identity.kind)) {
      throw new Refusal('CALLER_NOT_ALLOWED', `a ${identity.kind} may not call ${path}`);
    }
    const granted =
      this.#grants.get(`${identity.kind}/${identity.id}`) ?? DEFAULT_GRANTS[identity.kind];
    if (!granted.includes(rule.scope) && !granted.includes(ALL)) {
      throw new Refusal('SCOPE_MISSING', `${identity.kind}/${identity.id} lacks ${rule.scope}`, {
        metadata: { scope: rule.scope },
      });
    }
  }
}
