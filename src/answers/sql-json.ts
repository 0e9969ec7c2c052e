import { getNamedType, isEnumType, isNonNullType, type GraphQLOutputType } from 'graphql';
import type { PageArgs } from '../../schema/connection.input';
import type { Variables } from '../input-defaults';
import { resolvePaging } from '../paging';
import { notDirect, quoted } from './json';
import { objectParts, type Part, type Text } from './parts';
import type { Noun, PlanField, PlanList } from './plan';

/** Tables that a statement has beside memberships, by the column they are joined on. */
type Joined = Partial<Record<string, string>>;

/** Stands in a column for how many elements the list in it may have. */
const limitOf = (list: PlanList) => `{limit of ${list.index}}`;

/**
 * The elements of a person's memberships as one text, made by MariaDB in the statement that reads the person: `null`
 * where the list asks for more than SQL can tell. An aggregate is limited in itself (MariaDB manual, "GROUP_CONCAT", from
 * 10.3.3).
 * @param alias of the person's table
 */
export function aggregateOf(list: PlanList, alias: string): string | null {
  const json = list.name === 'memberships' ? elementJson(list, { groupId: 'g' }) : null;
  return (
    json &&
    `(SELECT GROUP_CONCAT(${json} ORDER BY g.nameKey, g.id SEPARATOR ',' LIMIT ${limitOf(list)})` +
      ` FROM membership m JOIN user_group g ON g.id = m.groupId WHERE m.userId = ${alias}.id)`
  );
}

/**
 * A statement that gives the elements of each group's members as one text: columns are the group's key and the text. The
 * keys of the groups are its parameters, as many as `parents`. Where each list ends is looked up in its index first, once.
 * Null where the list asks for more than SQL can tell.
 */
export function membersStatement(list: PlanList): ((limit: number, parents: number) => string) | null {
  const json = list.name === 'members' ? elementJson(list, { userId: 'u' }) : null;
  if (!json) return null;
  const elements = (limit: number) =>
    `(SELECT GROUP_CONCAT(${json} ORDER BY m.position, m.userId SEPARATOR ',' LIMIT ${limit})
      FROM membership m FORCE INDEX (membership_by_position) STRAIGHT_JOIN user u ON u.id = m.userId
      WHERE m.groupId = p.id AND m.position <= p.last)`;
  const last = (limit: number) =>
    `COALESCE((SELECT n.position FROM membership n WHERE n.groupId = g.id
      ORDER BY n.position, n.userId LIMIT ${limit - 1}, 1), ${LAST_POSITION})`;
  // The limit of the inner rows keeps them a table of their own: merged, each member would look up the end of the list.
  return (limit, parents) =>
    `SELECT p.id, ${elements(limit)} FROM (SELECT g.id, ${last(limit)} AS last FROM user_group g
      WHERE g.id IN (${new Array<string>(parents).fill('?').join(',')}) LIMIT ${parents}) p`;
}

const LAST_POSITION = 2 ** 31 - 1;

/** One element's JSON as SQL, where nothing but elements is asked for. */
function elementJson(list: PlanList, joined: Joined): string | null {
  const [nodes, ...others] = list.fields.filter((field) => field.kind !== 'text');
  if (nodes?.kind !== 'nodes' || others.length > 0) return null;
  const json = jsonOf('Membership', 'm', nodes.fields, joined);
  return json && `CONCAT(${json})`;
}

/** The parts of a list whose elements are one text. */
export function elementParts<W, T>(list: PlanList, elements: Text<W, T>): Part<W, T>[] {
  return objectParts(
    list.fields.map((field): [string, Part<W, T>[]] => {
      return [field.key, field.kind === 'text' ? [field.text] : ['[', elements, ']']];
    }),
  );
}

/** A text of the database's making; what is as long as the database lets it be was cut, before a character. */
export function uncut(text: string | null, longest: number): string {
  if (text === null) return '';
  const isWhole = text.length * 3 < longest - 4 || Buffer.byteLength(text) < longest - 4;
  return isWhole ? text : notDirect('cut by GROUP_CONCAT');
}

/** Whether the arguments leave a list's beginning as it is and now, so that an aggregate can give it. */
export function isBeginning(args: Variables): boolean {
  const { first, after, before, last } = args as PageArgs;
  const { via, search, asOf } = args;
  return (
    first !== 0 && [after, before, last, via, search, asOf].every((value) => value === null || value === undefined)
  );
}

/** The column with the limit that the arguments ask for. */
export function limited(column: string, list: PlanList, args: Variables): string {
  return column.replace(limitOf(list), String(resolvePaging(args, 2).limit));
}

/** Arguments of CONCAT that give an object's JSON, or null where SQL cannot tell. */
function jsonOf(noun: Noun, alias: string, fields: readonly PlanField[], joined: Joined): string | null {
  const parts: (string | null)[] = [];
  for (const [i, field] of fields.entries()) {
    parts.push(literal(`${i === 0 ? '{' : ','}${quoted(field.key)}:`), valueOf(noun, alias, field, joined));
  }
  return parts.includes(null) ? null : [...parts, literal(parts.length === 0 ? '{}' : '}')].join(', ');
}

function valueOf(noun: Noun, alias: string, field: PlanField, joined: Joined): string | null {
  switch (field.kind) {
    case 'text':
      return literal(field.text);
    case 'id':
      return noun === 'Membership'
        ? `'"Membership_', ${alias}.groupId, '_', ${alias}.userId, '"'`
        : `'"${noun}_', ${alias}.id, '"'`;
    case 'column':
      return columnOf(`${alias}.${field.column}`, field.type);
    case 'one': {
      const other = alias === 'm' ? joined[field.column] : undefined;
      return other ? jsonOf(field.noun, other, field.fields, joined) : null;
    }
    default:
      return null;
  }
}

function columnOf(sql: string, type: GraphQLOutputType): string | null {
  const json = columnJson(sql, getNamedType(type).name, isEnumType(getNamedType(type)));
  return json === null || isNonNullType(type) ? json : `IFNULL(${json}, 'null')`;
}

function columnJson(sql: string, typeName: string, isEnum: boolean): string | null {
  if (isEnum) return `CONCAT('"', ${sql}, '"')`;
  if (typeName === 'String') return `JSON_QUOTE(${sql})`;
  if (typeName === 'Int') return sql;
  return typeName === 'Boolean' ? `IF(${sql}, 'true', 'false')` : null;
}

function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
}
