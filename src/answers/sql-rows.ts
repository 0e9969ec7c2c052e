import type { Variables } from '../input-defaults';
import type { Shape } from '../paging';
import { notDirect, type LeafText } from './json';
import type { Out } from './out';
import { joined, objectParts, type Part, type Write } from './parts';
import type { Noun, PlanField, PlanList } from './plan';
import { aggregateOf, elementParts, limited, uncut } from './sql-json';

/** A row as read for a plan: the columns of its statement's shape. */
export type SqlRow = readonly unknown[];

/** Writes a relation of a row, by the relation's index in the plan and the row's key. */
export type WriteLists = (out: Out, index: number, key: number) => void;
export type RowPart = Part<WriteLists, SqlRow>;

/** A relation to be read for all rows of a level at once, by the key that each row holds in a column. */
export interface Child {
  list: PlanList;
  keyColumn: number;
}

const TABLES: Record<Exclude<Noun, 'Membership'>, string> = { User: 'user', Group: 'user_group' };

/** What is read of each row of one statement, to-one relations joined. Grows with what is to be written of a row. */
export class RowShape {
  readonly children: Child[] = [];
  private readonly columns = new Map<string, number>();
  private joins = '';
  private joined = 0;

  /** Lists that the statement gives as texts, by their column. */
  readonly aggregates = new Map<number, PlanList>();

  /**
   * @param known tables that the statement has already, by the column that they are joined on
   * @param longestText bytes that a list made by the database may have; 0: it makes none
   */
  constructor(
    private readonly known: Partial<Record<string, string>>,
    private readonly longestText: number,
  ) {}

  /** What a request reads: `argsOf` gives the arguments of the lists. */
  shape(hasCursors: boolean, argsOf: (list: PlanList) => Variables): Shape {
    const columns = [...this.columns.keys()].map((sql, i) => {
      const list = this.aggregates.get(i);
      return list ? limited(sql, list, argsOf(list)) : sql;
    });
    return { columns, joins: this.joins, hasCursors };
  }

  /** @param alias of the noun's table in the statement */
  parts(noun: Noun, alias: string, fields: readonly PlanField[]): RowPart[] {
    return objectParts(fields.map((field) => [field.key, this.field(noun, alias, field)]));
  }

  private field(noun: Noun, alias: string, field: PlanField): RowPart[] {
    switch (field.kind) {
      case 'text':
        return [field.text];
      case 'id':
        return this.id(noun, alias);
      case 'column':
        return [this.leaf(`${alias}.${field.column}`, field.text)];
      case 'derived':
        return [this.leaf(`${alias}.${field.column}`, (value) => field.text(field.of(value)))];
      case 'one':
        return this.one(alias, field);
      case 'list':
        return [this.list(alias, field.list)];
    }
  }

  private leaf(sql: string, text: LeafText): RowPart {
    const column = this.column(sql);
    return (_, row) => text(row[column]);
  }

  private id(noun: Noun, alias: string): RowPart[] {
    const key = (column: string): RowPart => this.leaf(`${alias}.${column}`, String);
    if (noun === 'Membership') return ['"Membership_', key('groupId'), '_', key('userId'), '"'];
    return [`"${noun}_`, key('id'), '"'];
  }

  private one(alias: string, { noun, column, isRequired, fields }: PlanField & { kind: 'one' }): RowPart[] {
    if (noun === 'Membership') return notDirect(column);
    const other = this.known[`${alias}.${column}`] ?? this.join(TABLES[noun], `${alias}.${column}`);
    const key = this.column(`${other}.id`);
    const parts = this.parts(noun, other, fields);
    if (isRequired) return [(_, row) => (row[key] === null ? notDirect(column) : ''), ...parts];
    const part = joined(parts);
    if (typeof part === 'function') return [(lists, row) => (row[key] === null ? 'null' : part(lists, row))];
    const write: Write<WriteLists, SqlRow> = (out, lists, row) => {
      if (row[key] === null) out.text += 'null';
      else part.write(out, lists, row);
    };
    return [{ write }];
  }

  private list(alias: string, list: PlanList): RowPart {
    const aggregate = this.longestText > 0 ? aggregateOf(list, alias) : null;
    if (aggregate) return this.aggregate(list, aggregate);
    const keyColumn = this.column(`${alias}.id`);
    this.children.push({ list, keyColumn });
    return { write: (out, lists, row) => lists(out, list.index, Number(row[keyColumn])) };
  }

  private aggregate(list: PlanList, sql: string): RowPart {
    const column = this.column(sql);
    this.aggregates.set(column, list);
    const parts = elementParts<WriteLists, SqlRow>(list, (_, row) =>
      uncut(row[column] as string | null, this.longestText),
    );
    const part = joined(parts);
    return typeof part === 'function' ? part : notDirect(list.name);
  }

  private join(table: string, column: string): string {
    const joined = `j${this.joined++}`;
    this.joins += ` LEFT JOIN ${table} ${joined} ON ${joined}.id = ${column}`;
    return joined;
  }

  private column(sql: string): number {
    const known = this.columns.get(sql);
    if (known !== undefined) return known;
    const index = this.columns.size;
    this.columns.set(sql, index);
    return index;
  }
}
