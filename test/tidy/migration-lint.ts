import {
  type AlterTableCmd,
  type AlterTableStmt,
  type Constraint,
  type IndexStmt,
  type Node,
  type ParseResult,
  parse,
} from 'libpg-query';

/** One step of a schema, as services list them. */
export interface Step {
  name: string;
  sql: string;
}

/** Marks what may only come a release after nobody reads it any more: `-- contract: why`. */
const CONTRACT = /^-- contract: \S/m;
const VOLATILE = /"(gen_random_uuid|uuid_generate_v4|random|clock_timestamp|nextval)"/;

/**
 * Says what of these steps would stop traffic, or break the release before, which runs beside the new
 * one during an upgrade: for each a line `<step>: <what>`. Steps up to `baseline` are not judged; what
 * they create has rows and traffic. Sources: the lock levels of PostgreSQL's ALTER TABLE and CREATE
 * INDEX documentation.
 */
export async function problemsOf(steps: readonly Step[], baseline: string): Promise<string[]> {
  const known = new Set<string>();
  const problems: string[] = [];
  for (const { name, sql } of steps) {
    const statements = await statementsOf(sql);
    if (name > baseline) {
      const contracts = CONTRACT.test(sql);
      const alone = statements.length === 1;
      for (const statement of statements) {
        const found = judge(statement, { known, contracts, alone });
        problems.push(...found.map((what) => `${name}: ${what}`));
      }
    }
    for (const statement of statements) {
      const table = 'CreateStmt' in statement ? statement.CreateStmt.relation?.relname : undefined;
      if (table !== undefined) known.add(table);
    }
  }
  return problems;
}

async function statementsOf(sql: string): Promise<Node[]> {
  const parsed: ParseResult = await parse(sql);
  return (parsed.stmts ?? []).flatMap(({ stmt }) => stmt ?? []);
}

interface Surroundings {
  /** Tables that are there already. */
  known: ReadonlySet<string>;
  /** Whether the step says that the release before can do without. */
  contracts: boolean;
  /** Whether the step is this statement alone. */
  alone: boolean;
}

function judge(statement: Node, around: Surroundings): string[] {
  const busy = (relname: string | undefined) => relname !== undefined && around.known.has(relname);
  if ('IndexStmt' in statement) return judgeIndex(statement.IndexStmt, busy, around.alone);
  if ('AlterTableStmt' in statement) return judgeAlter(statement.AlterTableStmt, busy, around);
  if ('RenameStmt' in statement) {
    return ['renames what the release before calls by its old name'];
  }
  if ('DropStmt' in statement) {
    return around.contracts
      ? []
      : ['drops what the release before may use; say `-- contract: why`'];
  }
  if ('UpdateStmt' in statement && busy(statement.UpdateStmt.relation?.relname)) {
    return ['updates a whole table in one transaction; let the service do it in small ones'];
  }
  if ('DeleteStmt' in statement && busy(statement.DeleteStmt.relation?.relname)) {
    return ['deletes from a table in one transaction; let the service do it in small ones'];
  }
  const forbidden = FORBIDDEN.find((kind) => kind in statement);
  return forbidden === undefined ? [] : [`has a ${forbidden}, which locks too much or hides it`];
}

/** What takes the strongest lock, or cannot be read. */
const FORBIDDEN = [
  'TruncateStmt',
  'LockStmt',
  'ClusterStmt',
  'ReindexStmt',
  'VacuumStmt',
  'DoStmt',
];

function judgeIndex(
  { relation, concurrent }: IndexStmt,
  busy: (table: string | undefined) => boolean,
  alone: boolean,
): string[] {
  if (!busy(relation?.relname)) return [];
  if (!concurrent) return [`indexes ${relation?.relname}, which nobody can write to meanwhile`];
  return alone ? [] : ['builds an index concurrently, which needs a step of its own'];
}

function judgeAlter(
  { relation, cmds = [] }: AlterTableStmt,
  busy: (table: string | undefined) => boolean,
  { contracts }: Surroundings,
): string[] {
  if (!busy(relation?.relname)) return [];
  const commands = cmds.flatMap((cmd) => ('AlterTableCmd' in cmd ? [cmd.AlterTableCmd] : []));
  return commands.flatMap((command) => judgeCommand(command, contracts));
}

function judgeCommand({ subtype, def, name }: AlterTableCmd, contracts: boolean): string[] {
  switch (subtype) {
    case 'AT_AddColumn':
      return def && 'ColumnDef' in def ? judgeColumn(def.ColumnDef.colname, def.ColumnDef) : [];
    case 'AT_AddConstraint':
      return def && 'Constraint' in def ? judgeConstraint(def.Constraint) : [];
    case 'AT_SetNotNull':
      return [`reads the whole table for ${name} NOT NULL; validate a CHECK of it before`];
    case 'AT_AlterColumnType':
      return [`rewrites the table for another type of ${name}; add a column instead`];
    case 'AT_DropColumn':
      return contracts
        ? []
        : [`drops ${name}, which the release before reads; say \`-- contract: why\``];
    default:
      return [];
  }
}

function judgeColumn(
  colname: string | undefined,
  { constraints = [] }: { constraints?: Node[] },
): string[] {
  const given = constraints.flatMap((one) => ('Constraint' in one ? [one.Constraint] : []));
  const has = (kind: Constraint['contype']) => given.some(({ contype }) => contype === kind);
  const problems: string[] = [];
  if (has('CONSTR_NOTNULL') && !has('CONSTR_DEFAULT')) {
    problems.push(
      `adds ${colname} NOT NULL without a default, which the release before leaves out`,
    );
  }
  if (given.some((one) => one.contype === 'CONSTR_DEFAULT' && VOLATILE.test(JSON.stringify(one)))) {
    problems.push(`rewrites the table to give each row its own ${colname}`);
  }
  if (has('CONSTR_GENERATED') || has('CONSTR_IDENTITY')) {
    problems.push(`rewrites the table to compute ${colname}`);
  }
  const checked = given.filter(({ contype }) => READS_TABLE.has(contype ?? ''));
  return [...problems, ...checked.flatMap(judgeConstraint)];
}

const READS_TABLE = new Set<string>([
  ...['CONSTR_CHECK', 'CONSTR_FOREIGN', 'CONSTR_UNIQUE', 'CONSTR_PRIMARY', 'CONSTR_EXCLUSION'],
]);

function judgeConstraint({ contype, conname, skip_validation, indexname }: Constraint): string[] {
  const called = conname ?? 'a constraint';
  switch (contype) {
    case 'CONSTR_CHECK':
    case 'CONSTR_FOREIGN':
      return skip_validation ? [] : [`reads the whole table for ${called}; add it NOT VALID first`];
    case 'CONSTR_UNIQUE':
    case 'CONSTR_PRIMARY':
      return indexname ? [] : [`builds the index of ${called} under a lock; build it before`];
    case 'CONSTR_EXCLUSION':
      return [`builds the index of ${called} under a lock`];
    default:
      return [];
  }
}
