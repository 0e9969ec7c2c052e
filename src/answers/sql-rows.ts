import type { Shape } from '../paging';
import { notDirect, quoted, type LeafText } from './json';
import { objectOf, type Write } from './page-writer';
import type { Noun, PlanField, PlanList } from './plan';

/** A row as read for a plan: the columns of its statement's shape. */
export type SqlRow = readonly unknown[];

/** Gives the JSON text of a relation of a row, by the relation's index in the plan and the row's key. */
export type WriteLists = (index: number, key: number) => string;
export type WriteRow = Write<WriteLists, SqlRow>;

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

  /** @param known tables that the statement has already, by the column that they are joined on */
  constructor(private readonly known: Partial<Record<string, string>> = {}) {}

  shape(hasCursors: boolean): Shape {
    return { columns: [...this.columns.keys()], joins: this.joins, hasCursors };
  }

  /** @param alias of the noun's table in the statement */
  writer(noun: Noun, alias: string, fields: readonly PlanField[]): WriteRow {
    return objectOf(fields.map((field) => [field.key, this.field(noun, alias, field)]));
  }

  private field(noun: Noun, alias: string, field: PlanField): WriteRow {
    switch (field.kind) {
      case 'text':
        return () => field.text;
      case 'id':
        return this.id(noun, alias);
      case 'column':
        return this.leaf(`${alias}.${field.column}`, field.text);
      case 'derived':
        return this.leaf(`${alias}.${field.column}`, (value) => field.text(field.of(value)));
      case 'one':
        return this.one(alias, field);
      case 'list':
        return this.list(alias, field.list);
    }
  }

  private leaf(sql: string, text: LeafText): WriteRow {
    const column = this.column(sql);
    return (_, row) => text(row[column]);
  }

  private id(noun: Noun, alias: string): WriteRow {
    if (noun !== 'Membership') {
      const key = this.column(`${alias}.id`);
      return (_, row) => quoted(`${noun}_${row[key] as number}`);
    }
    const [group, user] = [this.column(`${alias}.groupId`), this.column(`${alias}.userId`)];
    return (_, row) => quoted(`Membership_${row[group] as number}_${row[user] as number}`);
  }

  private one(alias: string, { noun, column, isRequired, fields }: PlanField & { kind: 'one' }): WriteRow {
    if (noun === 'Membership') return notDirect(column);
    const joined = this.known[`${alias}.${column}`] ?? this.join(TABLES[noun], `${alias}.${column}`);
    const key = this.column(`${joined}.id`);
    const write = this.writer(noun, joined, fields);
    return (lists, row) => {
      if (row[key] !== null) return write(lists, row);
      return isRequired ? notDirect(column) : 'null';
    };
  }

  private join(table: string, column: string): string {
    const joined = `j${this.joined++}`;
    this.joins += ` LEFT JOIN ${table} ${joined} ON ${joined}.id = ${column}`;
    return joined;
  }

  private list(alias: string, list: PlanList): WriteRow {
    const keyColumn = this.column(`${alias}.id`);
    this.children.push({ list, keyColumn });
    return (lists, row) => lists(list.index, Number(row[keyColumn]));
  }

  private column(sql: string): number {
    const known = this.columns.get(sql);
    if (known !== undefined) return known;
    const index = this.columns.size;
    this.columns.set(sql, index);
    return index;
  }
}
