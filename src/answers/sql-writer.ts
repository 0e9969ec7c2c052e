import type { Page } from '../../schema/connection';
import type { Database } from '../database';
import type { Variables } from '../input-defaults';
import { notDirect, quoted } from './json';
import type { Out } from './out';
import { pageParts, type CountedPage } from './page-writer';
import { joined, writeOf, type Write } from './parts';
import {
  namedObject,
  type Noun,
  type PageField,
  type Plan,
  type PlanField,
  type PlanList,
  type RootField,
} from './plan';
import { elementParts, isBeginning, membersStatement, uncut } from './sql-json';
import { readElements, readPages, ROOT, TABLES_OF } from './sql-reads';
import { RowShape, type Child, type SqlRow, type WriteLists } from './sql-rows';

/** Reads an answer's data from the database, one statement a level. @returns how it is written */
export type SqlAnswer = (db: Database, variables: Variables) => Promise<(out: Out) => void>;

type RowPage = CountedPage<SqlRow>;

/** How the rows of a list are read and its pages written. */
interface Level {
  list: PlanList;
  /** Gives the list of each parent as one text, in place of rows. */
  elements: ReturnType<typeof membersStatement>;
  rows: RowShape;
  hasCursors: boolean;
  hasTotal: boolean;
  write: Write<WriteLists, RowPage>;
}

/** Reads what a root field needs. @returns how it is written, when all is read */
type ReadRoot = (reading: Reading) => Promise<(out: Out, lists: WriteLists) => void>;

/** Prepares a plan for the database, for viewers who see all of it unmasked. */
export function writeFromSql(plan: Plan): SqlAnswer {
  const byRows = new SqlPlan(plan, 0);
  let byAggregates: SqlPlan | null = null;
  return async (db, variables) => {
    if (db.longestAggregate > 0) byAggregates ??= new SqlPlan(plan, db.longestAggregate);
    const suits = byAggregates?.aggregates.every((list) => isBeginning(list.args(variables)));
    return (suits && byAggregates ? byAggregates : byRows).read(db, variables);
  };
}

/** A plan's statements and how their rows are written. */
class SqlPlan {
  /** The lists that the database makes. */
  readonly aggregates: readonly PlanList[];
  private readonly levels: readonly Level[];
  private readonly roots: readonly [key: string, read: ReadRoot][];
  private readonly shapes: RowShape[] = [];
  private readonly elementLists: PlanList[] = [];

  /** @param longestText see `RowShape` */
  constructor(
    plan: Plan,
    private readonly longestText: number,
  ) {
    this.levels = plan.lists.map((list) => this.level(list));
    this.roots = plan.roots.map((root) => [root.key, this.root(root)]);
    this.aggregates = [...this.elementLists, ...this.shapes.flatMap((rows) => [...rows.aggregates.values()])];
  }

  async read(db: Database, variables: Variables): Promise<(out: Out) => void> {
    const reading = new Reading(db, this.levels, variables);
    const written = await Promise.all(this.roots.map(([, read]) => read(reading)));
    return (out) => {
      for (const [i, [key]] of this.roots.entries()) {
        out.text += `${i === 0 ? '{' : ','}${quoted(key)}:`;
        written[i](out, reading.write);
      }
      out.text += '}';
    };
  }

  private level(list: PlanList): Level {
    const elements = this.longestText > 0 ? membersStatement(list) : null;
    if (elements) return this.elementsLevel(list, elements);
    const rows = this.rowShape(JOINED[list.name] ?? {});
    const { alias } = TABLES_OF[list.noun];
    const parts = pageParts<WriteLists, SqlRow>(list, (fields) => rows.parts(list.noun, alias, fields));
    return {
      list,
      elements,
      rows,
      hasCursors: list.fields.some(hasCursor),
      hasTotal: list.fields.some(({ kind }) => kind === 'totalCount'),
      write: writeOf(joined(parts)),
    };
  }

  private elementsLevel(list: PlanList, elements: Level['elements']): Level {
    this.elementLists.push(list);
    const { longestText } = this;
    const textOf = (_: WriteLists, { nodes }: RowPage) => uncut(nodes[0]?.[1] as string | null, longestText);
    const write = writeOf(joined(elementParts(list, textOf)));
    return { list, elements, rows: this.rowShape({}), hasCursors: false, hasTotal: false, write };
  }

  private root(root: RootField): ReadRoot {
    if (root.kind === 'text') return () => Promise.resolve(fixed(root.text));
    if (root.kind === 'list') {
      const { index } = root.list;
      return async (reading) => {
        await reading.read(index, [ROOT]);
        return (out, lists) => lists(out, index, ROOT);
      };
    }
    const nouns = Object.entries(root.nouns) as [Noun, PlanField[]][];
    const readers = new Map(nouns.map(([noun, fields]) => [noun, this.object(noun, fields)]));
    return async (reading) => {
      const named = namedObject(root, reading.variables);
      const read = named && readers.get(named.noun);
      return read ? read(reading, named.key) : fixed('null');
    };
  }

  private object(
    noun: Noun,
    fields: readonly PlanField[],
  ): (reading: Reading, key: readonly number[]) => ReturnType<ReadRoot> {
    // Of one object a second statement costs less than an aggregate.
    const rows = this.rowShape({}, 0);
    const { from, alias, keys } = TABLES_OF[noun];
    const write = writeOf(joined(rows.parts(noun, alias, fields)));
    const where = keys.map((column) => `${column} = ?`).join(' AND ');
    return async (reading, key) => {
      const { columns, joins } = rows.shape(false, reading.argsOf);
      const [row] = await reading.db.arrays(
        `SELECT ${columns.join(', ') || '1'} FROM ${from}${joins} WHERE ${where}`,
        key,
      );
      if (!row) return fixed('null');
      await reading.readChildren(rows.children, [row]);
      return (out, lists) => write(out, lists, row);
    };
  }

  private rowShape(known: Partial<Record<string, string>>, longestText = this.longestText): RowShape {
    const rows = new RowShape(known, longestText);
    this.shapes.push(rows);
    return rows;
  }
}

/** What one request has read, level by level. */
class Reading {
  /** The pages of the plan's lists by the key of their parent. */
  private readonly pages: ReadonlyMap<number, RowPage>[] = [];

  constructor(
    readonly db: Database,
    private readonly levels: readonly Level[],
    readonly variables: Variables,
  ) {}

  readonly write: WriteLists = (out, index, key) => {
    const page = this.pages[index]?.get(key) ?? notDirect('a list was not read');
    this.levels[index].write(out, this.write, page);
  };

  readonly argsOf = (list: PlanList): Variables => list.args(this.variables);

  /** Reads a list for all its parents, and what is below it. */
  async read(index: number, parents: readonly number[]): Promise<void> {
    const { list, elements, rows, hasCursors, hasTotal } = this.levels[index];
    if (elements) {
      this.pages[index] = await readElements(this.db, elements, this.argsOf(list), parents);
      return;
    }
    const shape = rows.shape(hasCursors, this.argsOf);
    const pages = await readPages(this.db, list, this.argsOf(list), parents, shape);
    this.pages[index] = await counted(pages, hasTotal);
    if (rows.children.length === 0) return;
    const found = [...pages.values()].flatMap((page) => page.nodes);
    await this.readChildren(rows.children, found);
  }

  async readChildren(children: readonly Child[], rows: readonly SqlRow[]): Promise<void> {
    await Promise.all(
      children.map(({ list, keyColumn }) => {
        const keys = rows.map((row) => row[keyColumn]).filter((key) => key !== null);
        return this.read(list.index, [...new Set(keys.map(Number))]);
      }),
    );
  }
}

async function counted(
  pages: ReadonlyMap<number, Page<SqlRow>>,
  hasTotal: boolean,
): Promise<ReadonlyMap<number, RowPage>> {
  const found = pages as Map<number, Page<SqlRow> & RowPage>;
  for (const page of found.values()) {
    const total = hasTotal ? await page.count() : 0;
    page.total = () => total;
  }
  return found;
}

/** What the statements of lists join for their order, by the column. */
const JOINED: Partial<Record<PlanList['name'], Record<string, string>>> = { memberships: { 'm.groupId': 'g' } };

function hasCursor(field: PageField): boolean {
  if (field.kind === 'edges') return field.fields.some(({ kind }) => kind === 'cursor');
  return field.kind === 'pageInfo' && field.fields.some((one) => one.kind === 'value' && one.name.endsWith('Cursor'));
}

function fixed(text: string): (out: Out) => void {
  return (out) => {
    out.text += text;
  };
}
