import { getNamedType, isEnumType, isNonNullType, type GraphQLOutputType } from 'graphql';
import type { PageArgs } from '../../schema/connection.input';
import type { Variables } from '../input-defaults';
import { resolvePaging } from '../paging';
import { quoted } from './json';
import type { Noun, PlanField, PlanList } from './plan';

/** Stands in a column for how many elements the list in it may have. */
const limitOf = (list: PlanList) => `{limit of ${list.index}}`;

/**
 * The elements of a person's memberships as one text, made by MariaDB in the statement that reads the person: `null`
 * where the list asks for more than names and numbers of groups. An aggregate is limited in itself (MariaDB manual,
 * "GROUP_CONCAT", from 10.3.3).
 * @param alias of the person's table
 */
export function aggregateOf(list: PlanList, alias: string): string | null {
  const [nodes, ...others] = list.fields.filter((field) => field.kind !== 'text');
  if (list.name !== 'memberships' || nodes?.kind !== 'nodes' || others.length > 0) return null;
  const json = jsonOf('Membership', 'm', nodes.fields);
  return (
    json &&
    `(SELECT GROUP_CONCAT(CONCAT(${json}) ORDER BY g.nameKey, g.id SEPARATOR ',' LIMIT ${limitOf(list)})` +
      ` FROM membership m JOIN user_group g ON g.id = m.groupId WHERE m.userId = ${alias}.id)`
  );
}

/** Whether the arguments leave a list's beginning as it is, so that an aggregate can give it. */
export function isBeginning(args: Variables): boolean {
  const { after, before, last } = args as PageArgs;
  return [after, before, last, args['via']].every((value) => value === null || value === undefined);
}

/** The column with the limit that the arguments ask for. */
export function limited(column: string, list: PlanList, args: Variables): string {
  return column.replace(limitOf(list), String(resolvePaging(args, 2).limit));
}

/** Arguments of CONCAT that give an object's JSON, or null where SQL cannot tell. */
function jsonOf(noun: Noun, alias: string, fields: readonly PlanField[]): string | null {
  const parts: (string | null)[] = [];
  for (const [i, field] of fields.entries()) {
    parts.push(literal(`${i === 0 ? '{' : ','}${quoted(field.key)}:`), valueOf(noun, alias, field));
  }
  return parts.includes(null) ? null : [...parts, literal(parts.length === 0 ? '{}' : '}')].join(', ');
}

function valueOf(noun: Noun, alias: string, field: PlanField): string | null {
  switch (field.kind) {
    case 'text':
      return literal(field.text);
    case 'id':
      return noun === 'Membership'
        ? `'"Membership_', ${alias}.groupId, '_', ${alias}.userId, '"'`
        : `'"${noun}_', ${alias}.id, '"'`;
    case 'column':
      return columnOf(`${alias}.${field.column}`, field.type);
    case 'one':
      return alias === 'm' && field.column === 'groupId' ? jsonOf('Group', 'g', field.fields) : null;
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
