import { type Constraint, type Node, parse } from 'libpg-query';
import type { Step } from './migration-lint.ts';

/** What a schema makes of a table that matters to where it may stand. */
export interface TableShape {
  columns: string[];
  /** The primary key's columns, in order. */
  primaryKey: string[];
  /** Every other key that must be unique, by name. */
  uniqueKeys: { name: string; columns: string[] }[];
  /** What it references, with its own columns. */
  references: { table: string; columns: string[] }[];
}

/** The tables as these steps leave them. Indexes and tables that a step drops are gone. */
export async function schemaOf(steps: readonly Step[]): Promise<Map<string, TableShape>> {
  const tables = new Map<string, TableShape>();
  for (const { sql } of steps) {
    const { stmts = [] } = await parse(sql);
    for (const { stmt } of stmts) if (stmt) read(stmt, tables);
  }
  return tables;
}

function read(statement: Node, tables: Map<string, TableShape>): void {
  if ('CreateStmt' in statement) {
    const { relation, tableElts = [] } = statement.CreateStmt;
    const name = relation?.relname ?? '';
    const shape: TableShape = { columns: [], primaryKey: [], uniqueKeys: [], references: [] };
    tables.set(name, shape);
    for (const element of tableElts) readElement(name, shape, element);
  } else if ('AlterTableStmt' in statement) {
    const { relation, cmds = [] } = statement.AlterTableStmt;
    const shape = tables.get(relation?.relname ?? '');
    for (const cmd of shape ? cmds : []) {
      const def = 'AlterTableCmd' in cmd ? cmd.AlterTableCmd.def : undefined;
      if (shape && def) readElement(relation?.relname ?? '', shape, def);
    }
  } else if ('IndexStmt' in statement && statement.IndexStmt.unique) {
    const { relation, idxname, indexParams = [] } = statement.IndexStmt;
    const columns = indexParams.flatMap((one) =>
      'IndexElem' in one ? (one.IndexElem.name ?? []) : [],
    );
    tables.get(relation?.relname ?? '')?.uniqueKeys.push({ name: idxname ?? '', columns });
  } else if ('DropStmt' in statement) {
    for (const name of (statement.DropStmt.objects ?? []).flatMap(lastName)) {
      tables.delete(name);
      for (const shape of tables.values()) {
        shape.uniqueKeys = shape.uniqueKeys.filter((key) => key.name !== name);
      }
    }
  }
}

function readElement(table: string, shape: TableShape, element: Node): void {
  if ('ColumnDef' in element) {
    const { colname = '', constraints = [] } = element.ColumnDef;
    shape.columns.push(colname);
    for (const one of constraints) {
      if ('Constraint' in one) readConstraint(table, shape, one.Constraint, [colname]);
    }
  } else if ('Constraint' in element) {
    readConstraint(table, shape, element.Constraint, []);
  }
}

function readConstraint(
  table: string,
  shape: TableShape,
  { contype, conname, keys = [], fk_attrs = [], pktable }: Constraint,
  own: string[],
): void {
  const columns = own.length > 0 ? own : keys.flatMap(lastName);
  if (contype === 'CONSTR_PRIMARY') shape.primaryKey = columns;
  if (contype === 'CONSTR_UNIQUE') {
    shape.uniqueKeys.push({ name: conname ?? `${table}_${columns.join('_')}_key`, columns });
  }
  if (contype === 'CONSTR_FOREIGN') {
    const from = own.length > 0 ? own : fk_attrs.flatMap(lastName);
    shape.references.push({ table: pktable?.relname ?? '', columns: from });
  }
}

function lastName(node: Node): string[] {
  if ('String' in node) return node.String.sval ? [node.String.sval] : [];
  if ('List' in node) return (node.List.items ?? []).slice(-1).flatMap(lastName);
  return [];
}
