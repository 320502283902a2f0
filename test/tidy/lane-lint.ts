import { type Node, type ParseResult, parse } from 'libpg-query';

/**
 * Says which accesses to a table by lane a statement leaves without its shard: each must have
 * `lane = $n` or `lane = ANY ($n)` beside it, and an INSERT must write the lane.
 */
export async function withoutLane(sql: string, byLane: ReadonlySet<string>): Promise<string[]> {
  const parsed: ParseResult = await parse(sql);
  const found: string[] = [];
  for (const query of queriesIn(parsed)) {
    for (const { table, alias } of accessesOf(query)) {
      if (byLane.has(table) && !isTold(query, alias)) found.push(`${table} as ${alias}`);
    }
  }
  return found;
}

interface Query {
  kind: 'SelectStmt' | 'UpdateStmt' | 'DeleteStmt' | 'InsertStmt';
  body: Record<string, unknown>;
}

const KINDS = ['SelectStmt', 'UpdateStmt', 'DeleteStmt', 'InsertStmt'] as const;

/** Every query in it, those inside others too. */
function queriesIn(node: unknown): Query[] {
  if (Array.isArray(node)) return node.flatMap(queriesIn);
  if (!isObject(node)) return [];
  const own = KINDS.flatMap((kind) => {
    const body = node[kind];
    return isObject(body) ? [{ kind, body }] : [];
  });
  return [...own, ...Object.values(node).flatMap(queriesIn)];
}

function accessesOf({ kind, body }: Query): { table: string; alias: string }[] {
  if (kind === 'InsertStmt') {
    const columns = JSON.stringify(body.cols ?? []);
    return columns.includes('"name":"lane"') ? [] : rangesIn([{ RangeVar: body.relation }]);
  }
  return rangesIn([{ RangeVar: body.relation }, body.fromClause, body.usingClause]);
}

/** The tables of a FROM, but not those of queries inside it, which have conditions of their own. */
function rangesIn(node: unknown): { table: string; alias: string }[] {
  if (Array.isArray(node)) return node.flatMap(rangesIn);
  if (!isObject(node)) return [];
  if ('RangeSubselect' in node || 'RangeFunction' in node) return [];
  if (isObject(node.RangeVar)) {
    const { relname, alias } = node.RangeVar;
    const table = String(relname);
    return [{ table, alias: isObject(alias) ? String(alias.aliasname) : table }];
  }
  return Object.values(node).flatMap(rangesIn);
}

function isTold({ body }: Query, alias: string): boolean {
  return conjunctsOf(body.whereClause).some((one) => {
    if (!isObject(one) || !isObject(one.A_Expr)) return false;
    const { kind, name, lexpr, rexpr } = one.A_Expr;
    if (kind !== 'AEXPR_OP' && kind !== 'AEXPR_OP_ANY') return false;
    if (!JSON.stringify(name).includes('"="')) return false;
    return isLaneOf(lexpr, alias) && isParameter(rexpr);
  });
}

function conjunctsOf(node: unknown): unknown[] {
  if (!isObject(node)) return [];
  const { BoolExpr } = node;
  if (!isObject(BoolExpr) || BoolExpr.boolop !== 'AND_EXPR') return [node];
  return Array.isArray(BoolExpr.args) ? BoolExpr.args.flatMap(conjunctsOf) : [];
}

function isLaneOf(node: unknown, alias: string): boolean {
  if (!isObject(node) || !isObject(node.ColumnRef) || !Array.isArray(node.ColumnRef.fields)) {
    return false;
  }
  const path = node.ColumnRef.fields.map((field: Node) => textOf(field));
  return path.at(-1) === 'lane' && (path.length === 1 || path[0] === alias);
}

function isParameter(node: unknown): boolean {
  if (!isObject(node)) return false;
  return 'ParamRef' in node || (isObject(node.TypeCast) && isParameter(node.TypeCast.arg));
}

function isObject(node: unknown): node is Record<string, unknown> {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

/** A text in a source that looks like SQL, and what it is called there. */
export interface FoundStatement {
  name: string;
  sql: string;
}

const TEMPLATE = /(?:(?:const|get) (\w+)[^=`]{0,40}=[^`;]{0,60}|[^`]??)`([^`]*)`/g;
const WITHIN = /\$\{within\('([\w.]+)'\)\}/g;
const SQL = /^\s*(?:WITH|SELECT|INSERT|UPDATE|DELETE)\b/;

/**
 * The statements of a source, as they are where tables are distributed. What a text is put together
 * from does not matter here, but for what `within` says: rows behind FROM and JOIN become `some_rows`,
 * what stands in parentheses a query, everything else a name.
 */
export function statementsIn(source: string): FoundStatement[] {
  const found: FoundStatement[] = [];
  for (const [, name, text = ''] of source.matchAll(TEMPLATE)) {
    if (!SQL.test(text)) continue;
    const sql = text
      .replace(WITHIN, 'AND $1 = ANY($$1::smallint[])')
      .replace(/\$\$\{[^}]*\}/g, '$$1')
      .replace(/\b(FROM|JOIN)\s+\$\{[^}]*\}/g, '$1 some_rows AS asked')
      .replace(/(INTO \w+) \$\{[^}]*\}/g, '$1 (lane)')
      .replace(/\(\$\{[^}]*\}\)/g, '(SELECT 1)')
      .replace(/\$\{[^}]*\}/g, 'some_name');
    found.push({ name: name ?? text.trim().split('\n')[0]?.slice(0, 60) ?? '', sql });
  }
  return found;
}

function textOf(node: Node): string {
  return 'String' in node ? (node.String.sval ?? '') : '';
}
