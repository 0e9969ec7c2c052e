import {
  getNamedType,
  getOperationAST,
  isLeafType,
  isNonNullType,
  isObjectType,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type SelectionSetNode,
} from 'graphql';
import { MembershipVia, Origin } from '../../schema/enums';
import type { Permission } from '../auth/policy';
import { isColumn } from '../fast-fields';
import { parseId } from '../ids';
import type { Variables } from '../input-defaults';
import { leafText, notDirect, NotDirect, quoted, type LeafText } from './json';
import { argumentsOf, Selection, type Selected } from './selection';

/** The types whose objects are in the directory's image and tables. */
export type Noun = 'User' | 'Group' | 'Membership';
type Arguments = (variables: Variables) => Variables;

/** What stands for one field of an object. */
export type PlanField = { key: string } & (
  | { kind: 'text'; text: string }
  | { kind: 'id' }
  | { kind: 'column'; column: string; type: GraphQLOutputType; text: LeafText }
  /** Worked out from one column. */
  | { kind: 'derived'; column: string; of: (value: unknown) => unknown; text: LeafText }
  /** A row of another noun, found by a key that the row holds. */
  | { kind: 'one'; noun: Noun; column: string; isRequired: boolean; fields: PlanField[] }
  | { kind: 'list'; list: PlanList }
);

/** A page of rows. */
export interface PlanList {
  name: 'users' | 'groups' | 'members' | 'memberships';
  noun: Noun;
  /** Tells the lists of a plan apart. */
  index: number;
  args: Arguments;
  fields: PageField[];
}

export type PageField = { key: string } & (
  | { kind: 'text'; text: string }
  | { kind: 'nodes'; fields: PlanField[] }
  | { kind: 'edges'; fields: EdgeField[] }
  | { kind: 'pageInfo'; fields: PageInfoField[] }
  | { kind: 'totalCount' }
);
export type EdgeField = { key: string } & (
  { kind: 'text'; text: string } | { kind: 'cursor' } | { kind: 'node'; fields: PlanField[] }
);
export type PageInfoField = { key: string } & (
  | { kind: 'text'; text: string }
  | { kind: 'value'; name: 'hasNextPage' | 'hasPreviousPage' | 'startCursor' | 'endCursor' }
);

export type RootField = { key: string; permission: Permission } & (
  | { kind: 'text'; text: string }
  | { kind: 'list'; list: PlanList }
  /** One object by the id in its arguments, of whichever noun the id says. */
  | { kind: 'object'; nouns: Partial<Record<Noun, PlanField[]>>; isNode: boolean; args: Arguments }
);

/** How a document's operation is answered without resolvers. */
export interface Plan {
  roots: RootField[];
  lists: PlanList[];
}

const LISTS: Partial<Record<string, Record<string, [PlanList['name'], Noun]>>> = {
  User: { memberships: ['memberships', 'Membership'] },
  Group: { members: ['members', 'Membership'] },
};
const ONES: Partial<Record<string, Record<string, [Noun, string]>>> = {
  User: { manager: ['User', 'managerId'] },
  Group: { leader: ['User', 'leaderId'], deputy: ['User', 'deputyId'] },
  Membership: { user: ['User', 'userId'], group: ['Group', 'groupId'] },
};
const isManual = (origin: unknown) => origin === Origin.MANUAL;
const DERIVED: Partial<Record<string, Record<string, [column: string, of: (value: unknown) => unknown]>>> = {
  Group: { editable: ['origin', isManual] },
  Membership: {
    flag: ['via', (via) => (via === MembershipVia.PRIMARY ? 'P' : null)],
    editable: ['origin', isManual],
  },
};
const ROOT_LISTS: Partial<Record<string, [PlanList['name'] & ('users' | 'groups'), Noun, Permission]>> = {
  users: ['users', 'User', 'user:list'],
  groups: ['groups', 'Group', 'group:list'],
};
const ROOT_OBJECTS: Partial<Record<string, Noun[]>> = {
  user: ['User'],
  group: ['Group'],
  node: ['User', 'Group', 'Membership'],
};

/**
 * Plans an operation, or gives null where something in it is more than rows of the directory. The plan holds for viewers
 * who see the whole directory unmasked, and for one set of values of the variables that `@skip` and `@include` look at.
 */
export function planOperation(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string,
  conditions: Variables,
): Plan | null {
  const operation = getOperationAST(document, operationName || null);
  const query = schema.getQueryType();
  if (operation?.operation !== OperationTypeNode.QUERY || !query) return null;
  if ((operation.directives?.length ?? 0) > 0) return null;
  return new Planner(schema, new Selection(schema, document, conditions)).plan(query, operation.selectionSet);
}

class Planner {
  private readonly lists: PlanList[] = [];

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly selection: Selection,
  ) {}

  plan(query: GraphQLObjectType, set: SelectionSetNode): Plan | null {
    try {
      const roots = this.selection.fieldsOf(query, [set]).map((selected) => this.root(selected));
      return roots.length > 0 ? { roots, lists: this.lists } : null;
    } catch (error) {
      if (error instanceof NotDirect) return null;
      throw error;
    }
  }

  private root(selected: Selected): RootField {
    const { key, name } = selected;
    if (name === '__typename') return { key, permission: 'viewer:any', kind: 'text', text: quoted('Query') };
    const list = ROOT_LISTS[name];
    if (list) return { key, permission: list[2], kind: 'list', list: this.list(selected, list[0], list[1]) };
    const nouns = ROOT_OBJECTS[name] ?? notDirect(name);
    const sets = nouns.map((noun) => [noun, this.object(noun, selected)]);
    return {
      key,
      permission: 'viewer:any',
      kind: 'object',
      nouns: Object.fromEntries(sets) as Partial<Record<Noun, PlanField[]>>,
      isNode: name === 'node',
      args: argumentsOf(selected),
    };
  }

  private object(noun: Noun, parent: Selected): PlanField[] {
    return this.fieldsOf(noun, parent).map((selected): PlanField => {
      const { key, name, field } = selected;
      if (name === '__typename') return { key, kind: 'text', text: quoted(noun) };
      if (name === 'id') return { key, kind: 'id' };
      if (!field) return notDirect(name);
      const many = LISTS[noun]?.[name];
      if (many) return { key, kind: 'list', list: this.list(selected, ...many) };
      const one = ONES[noun]?.[name];
      if (one) {
        const isRequired = isNonNullType(field.type);
        return { key, kind: 'one', noun: one[0], column: one[1], isRequired, fields: this.object(one[0], selected) };
      }
      if (!isLeafType(getNamedType(field.type)) || field.args.length > 0) return notDirect(name);
      const derived = DERIVED[noun]?.[name];
      if (derived) return { key, kind: 'derived', column: derived[0], of: derived[1], text: leafText(field.type) };
      if (!isColumn(field)) return notDirect(name);
      return { key, kind: 'column', column: name, type: field.type, text: leafText(field.type) };
    });
  }

  private list(selected: Selected, name: PlanList['name'], noun: Noun): PlanList {
    const list: PlanList = { name, noun, index: this.lists.length, args: argumentsOf(selected), fields: [] };
    this.lists.push(list);
    list.fields = this.fieldsOf(`${noun}Connection`, selected).map((inner): PageField => {
      const { key } = inner;
      switch (inner.name) {
        case '__typename':
          return { key, kind: 'text', text: quoted(`${noun}Connection`) };
        case 'nodes':
          return { key, kind: 'nodes', fields: this.object(noun, inner) };
        case 'edges':
          return { key, kind: 'edges', fields: this.edge(noun, inner) };
        case 'pageInfo':
          return { key, kind: 'pageInfo', fields: this.pageInfo(inner) };
        case 'totalCount':
          return { key, kind: 'totalCount' };
        default:
          return notDirect(inner.name);
      }
    });
    return list;
  }

  private edge(noun: Noun, parent: Selected): EdgeField[] {
    return this.fieldsOf(`${noun}Edge`, parent).map((selected): EdgeField => {
      const { key, name } = selected;
      if (name === '__typename') return { key, kind: 'text', text: quoted(`${noun}Edge`) };
      if (name === 'cursor') return { key, kind: 'cursor' };
      return name === 'node' ? { key, kind: 'node', fields: this.object(noun, selected) } : notDirect(name);
    });
  }

  private pageInfo(parent: Selected): PageInfoField[] {
    return this.fieldsOf('PageInfo', parent).map(({ key, name }): PageInfoField => {
      if (name === '__typename') return { key, kind: 'text', text: quoted('PageInfo') };
      return { key, kind: 'value', name: name as 'hasNextPage' };
    });
  }

  private fieldsOf(typeName: string, parent: Selected): Selected[] {
    const type = this.schema.getType(typeName);
    if (!isObjectType(type)) return notDirect(typeName);
    return this.selection.fieldsOf(
      type,
      parent.nodes.map((node) => node.selectionSet),
    );
  }
}

const KEY_LENGTHS: Record<Noun, number> = { User: 1, Group: 1, Membership: 2 };

/**
 * Which object the arguments of a root field name; null where it can be none.
 * @throws NotDirect where `node` is asked for an object of another type, of which there are many more
 */
export function namedObject(
  { args, nouns, isNode }: RootField & { kind: 'object' },
  variables: Variables,
): { noun: Noun; key: number[] } | null {
  const id = parseId(String(args(variables)['id']));
  const noun = (id?.type ?? '') as Noun;
  if (id && nouns[noun] && id.key.length === KEY_LENGTHS[noun]) return { noun, key: id.key };
  return isNode ? notDirect('node') : null;
}
