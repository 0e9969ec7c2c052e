import { parseId } from '../ids';
import type { Variables } from '../input-defaults';
import type { DirectoryImage } from '../snapshot/directory-image';
import { imageLists } from '../snapshot/image-lists';
import type { MembershipColumns } from '../snapshot/membership-columns';
import { notDirect, type LeafText } from './json';
import { objectOf, writePage, type Write as WriteOf } from './page-writer';
import type { Noun, Plan, PlanField, PlanList, RootField } from './plan';

/** What one request writes with. */
interface Writing {
  image: DirectoryImage;
  columns: MembershipColumns;
  variables: Variables;
  /** Arguments of the plan's lists. */
  args: Variables[];
}

type Write<T> = WriteOf<Writing, T>;
/** A person's or a group's row, or the slot of a membership. */
type Subject = object | number;

/** The plan as a function from an image to the answer's data, as JSON text. */
export type ImageAnswer = (image: DirectoryImage, variables: Variables) => string;

/** Prepares a plan for images. What the image does not tell ends in `NotDirect`. */
export function writeFromImage(plan: Plan): ImageAnswer {
  const roots = objectOf(plan.roots.map((root): [string, Write<null>] => [root.key, writeRoot(root)]));
  return (image, variables) => {
    const args = plan.lists.map((list) => list.args(variables));
    return roots({ image, columns: image.memberships.columns, variables, args }, null);
  };
}

function writeRoot(root: RootField): Write<null> {
  if (root.kind === 'text') return () => root.text;
  if (root.kind === 'list') {
    const write = writeList(root.list);
    return (writing) => write(writing, 0);
  }
  const { nouns, isNode, args } = root;
  const writers = new Map(
    Object.entries(nouns).map(([noun, fields]) => [noun, writeObject(noun as Noun, fields)] as const),
  );
  return (writing) => {
    const id = parseId(String(args(writing.variables)['id']));
    const noun = (id?.type ?? '') as Noun;
    const write = writers.get(noun);
    // An object of another type, of which `node` has many more.
    if (!id || !write || id.key.length !== KEY_LENGTHS[noun]) return isNode ? notDirect('node') : 'null';
    const subject = find(writing.image, noun, id.key);
    return subject === null ? 'null' : write(writing, subject);
  };
}

const KEY_LENGTHS: Record<Noun, number> = { User: 1, Group: 1, Membership: 2 };

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

function writeObject(noun: Noun, fields: readonly PlanField[]): Write<Subject> {
  return objectOf(fields.map((field) => [field.key, writeField(noun, field)]));
}

function writeField(noun: Noun, field: PlanField): Write<Subject> {
  switch (field.kind) {
    case 'text':
      return () => field.text;
    case 'id':
      return writeId(noun);
    case 'column':
      return writeColumn(noun, field.column, field.text);
    case 'derived':
      return writeColumn(noun, field.column, (value) => field.text(field.of(value)));
    case 'one':
      return writeOne(noun, field);
    case 'list':
      return writeRelation(field.list);
  }
}

function writeId(noun: Noun): Write<Subject> {
  if (noun !== 'Membership') return (_, row) => `"${noun}_${(row as { id: number }).id}"`;
  return ({ columns }, slot) => `"Membership_${columns.groupId(slot as number)}_${columns.userId(slot as number)}"`;
}

function writeColumn(noun: Noun, column: string, text: LeafText): Write<Subject> {
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

function writeOne(noun: Noun, field: PlanField & { kind: 'one' }): Write<Subject> {
  const { column, isRequired } = field;
  const write = writeObject(field.noun, field.fields);
  const keyOf = keyReader(noun, column);
  return (writing, subject) => {
    const key = keyOf(writing.columns, subject);
    if (key === null) return isRequired ? notDirect(column) : 'null';
    const { image } = writing;
    const row = field.noun === 'User' ? image.users.get(key) : image.groups.get(key);
    return row ? write(writing, row) : notDirect(column);
  };
}

function keyReader(noun: Noun, column: string): (columns: MembershipColumns, subject: Subject) => number | null {
  if (noun !== 'Membership') return (_, row) => (row as Record<string, number | null>)[column] ?? null;
  return column === 'userId'
    ? (columns, slot) => columns.userId(slot as number)
    : (columns, slot) => columns.groupId(slot as number);
}

function writeRelation(list: PlanList): Write<Subject> {
  const write = writeList(list);
  return (writing, row) => write(writing, (row as { id: number }).id);
}

function writeList(list: PlanList): Write<number> {
  const { name, index } = list;
  const write = writePage<Writing, Subject>(list, (fields) => writeObject(list.noun, fields));
  return (writing, parent) => {
    const page = imageLists[name](writing.image, writing.args[index], parent);
    return page ? write(writing, page) : notDirect(name);
  };
}
