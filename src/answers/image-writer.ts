import type { Variables } from '../input-defaults';
import type { DirectoryImage } from '../snapshot/directory-image';
import { imageLists } from '../snapshot/image-lists';
import type { MembershipColumns } from '../snapshot/membership-columns';
import { notDirect, type LeafText } from './json';
import type { Out } from './out';
import { pageParts } from './page-writer';
import { joined, objectParts, writeOf, type Part as PartOf, type Text } from './parts';
import { namedObject, type Noun, type Plan, type PlanField, type PlanList, type RootField } from './plan';

/** What one request writes with. */
interface Writing {
  image: DirectoryImage;
  columns: MembershipColumns;
  variables: Variables;
  /** Arguments of the plan's lists. */
  args: Variables[];
}

type Part<T> = PartOf<Writing, T>;
/** A person's or a group's row, or the slot of a membership. */
type Subject = object | number;

/** Writes the answer's data from an image. */
export type ImageAnswer = (out: Out, image: DirectoryImage, variables: Variables) => void;

/** Prepares a plan for images. What the image does not tell ends in `NotDirect`. */
export function writeFromImage(plan: Plan): ImageAnswer {
  const write = writeOf(joined(objectParts<Writing, null>(plan.roots.map((root) => [root.key, rootParts(root)]))));
  return (out, image, variables) => {
    const args = plan.lists.map((list) => list.args(variables));
    write(out, { image, columns: image.memberships.columns, variables, args }, null);
  };
}

function rootParts(root: RootField): Part<null>[] {
  if (root.kind === 'text') return [root.text];
  if (root.kind === 'list') {
    const write = listWriter(root.list);
    return [{ write: (out, writing) => write(out, writing, 0) }];
  }
  const writers = new Map(
    Object.entries(root.nouns).map(
      ([noun, fields]) => [noun, writeOf(joined(objectOf(noun as Noun, fields)))] as const,
    ),
  );
  const write = (out: Out, writing: Writing): void => {
    const named = namedObject(root, writing.variables);
    const subject = named && find(writing.image, named.noun, named.key);
    if (subject === null) out.text += 'null';
    else writers.get(named?.noun ?? '')?.(out, writing, subject);
  };
  return [{ write }];
}

function find(
  { users, groups, memberships }: DirectoryImage,
  noun: Noun,
  [first = 0, second = 0]: number[],
): Subject | null {
  if (noun === 'User') return users.get(first) ?? null;
  if (noun === 'Group') return groups.get(first) ?? null;
  const slot = memberships.find(first, second);
  return slot < 0 ? null : slot;
}

function objectOf(noun: Noun, fields: readonly PlanField[]): Part<Subject>[] {
  return objectParts(fields.map((field) => [field.key, fieldParts(noun, field)]));
}

function fieldParts(noun: Noun, field: PlanField): Part<Subject>[] {
  switch (field.kind) {
    case 'text':
      return [field.text];
    case 'id':
      return idParts(noun);
    case 'column':
      return [columnText(noun, field.column, field.text)];
    case 'derived':
      return [columnText(noun, field.column, (value) => field.text(field.of(value)))];
    case 'one':
      return [onePart(noun, field)];
    case 'list': {
      const write = listWriter(field.list);
      return [{ write: (out, writing, row) => write(out, writing, (row as { id: number }).id) }];
    }
  }
}

function idParts(noun: Noun): Part<Subject>[] {
  if (noun !== 'Membership') return [`"${noun}_`, (_, row) => String((row as { id: number }).id), '"'];
  const group: Part<Subject> = ({ columns }, slot) => String(columns.groupId(slot as number));
  const user: Part<Subject> = ({ columns }, slot) => String(columns.userId(slot as number));
  return ['"Membership_', group, '_', user, '"'];
}

function columnText(noun: Noun, column: string, text: LeafText): Text<Writing, Subject> {
  if (noun !== 'Membership') return (_, row) => text((row as Record<string, unknown>)[column]);
  switch (column) {
    case 'via':
    case 'origin':
    case 'position':
    case 'callState':
    case 'since':
      return ({ columns }, slot) => text(columns[column](slot as number));
    default:
      return notDirect(column);
  }
}

function onePart(noun: Noun, { noun: other, column, isRequired, fields }: PlanField & { kind: 'one' }): Part<Subject> {
  const keyOf = keyReader(noun, column);
  const rowOf = ({ image, columns }: Writing, subject: Subject): Subject | null => {
    const key = keyOf(columns, subject);
    if (key === null) return isRequired ? notDirect(column) : null;
    return (other === 'User' ? image.users.get(key) : image.groups.get(key)) ?? notDirect(column);
  };
  const part = joined(objectOf(other, fields));
  if (typeof part === 'function') {
    return (writing, subject) => {
      const row = rowOf(writing, subject);
      return row === null ? 'null' : part(writing, row);
    };
  }
  return {
    write: (out, writing, subject) => {
      const row = rowOf(writing, subject);
      if (row === null) out.text += 'null';
      else part.write(out, writing, row);
    },
  };
}

function keyReader(noun: Noun, column: string): (columns: MembershipColumns, subject: Subject) => number | null {
  if (noun !== 'Membership') return (_, row) => (row as Record<string, number | null>)[column] ?? null;
  return column === 'userId'
    ? (columns, slot) => columns.userId(slot as number)
    : (columns, slot) => columns.groupId(slot as number);
}

function listWriter(list: PlanList): (out: Out, writing: Writing, parent: number) => void {
  const { name, index, noun } = list;
  const write = writeOf(joined(pageParts<Writing, Subject>(list, (fields) => objectOf(noun, fields))));
  return (out, writing, parent) => {
    const page = imageLists[name](writing.image, writing.args[index], parent);
    write(out, writing, page ?? notDirect(name));
  };
}
