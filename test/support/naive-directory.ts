import { fold } from '../../src/text';
import type { FakeDirectory } from './fake-directory';

/** What the database must say of a directory, computed without any of the product's ways. */
export interface Expected {
  /** `userId|displayName|email|title|state|manager` of everybody present. */
  people: string[];
  groups: string[];
  /** `group/user VIA path`, groups by external id. */
  memberships: string[];
}

type Way = { via: string; path: string[] };

export function expectedOf(directory: FakeDirectory, isNested: boolean, isByDepartment: boolean): Expected {
  const own = ownMembers(directory, isByDepartment);
  const memberships: string[] = [];
  for (const [group, members] of own) {
    const ways = new Map<string, Way>([...members].map(([user, via]) => [user, { via, path: [] }]));
    if (isNested && directory.groups.has(group))
      for (const path of pathsFrom(directory, group)) consider(directory, ways, own, path);
    for (const [user, way] of ways) memberships.push(`${group}/${user} ${way.via} ${way.path.join('>')}`.trim());
  }
  return { people: people(directory), groups: [...own.keys()].sort(), memberships: memberships.sort() };
}

function ownMembers(directory: FakeDirectory, isByDepartment: boolean): Map<string, Map<string, string>> {
  const own = new Map<string, Map<string, string>>();
  for (const group of directory.groups.values()) {
    own.set(
      group.externalId,
      new Map(group.members.filter((member) => directory.users.has(member)).map((user) => [user, 'DIRECT'])),
    );
  }
  for (const user of directory.users.values()) {
    if (user.primaryGroup !== null) own.get(user.primaryGroup)?.set(user.externalId, 'PRIMARY');
    const department = user.fields.department;
    if (!isByDepartment || !department) continue;
    const key = `department:${fold(department)}`;
    own.set(key, (own.get(key) ?? new Map<string, string>()).set(user.externalId, 'DIRECT'));
  }
  return own;
}

/** Every way from a group to another without meeting one twice. */
function* pathsFrom(directory: FakeDirectory, start: string, path: string[] = []): Generator<string[]> {
  const from = path[path.length - 1] ?? start;
  for (const member of new Set(directory.groups.get(from)?.members)) {
    if (!directory.groups.has(member) || member === start || path.includes(member)) continue;
    const longer = [...path, member];
    yield longer;
    yield* pathsFrom(directory, start, longer);
  }
}

function consider(
  directory: FakeDirectory,
  ways: Map<string, Way>,
  own: Map<string, Map<string, string>>,
  path: string[],
): void {
  for (const user of own.get(path[path.length - 1] ?? '')?.keys() ?? []) {
    const known = ways.get(user);
    if (known && (known.via !== 'NESTED' || !isBefore(directory, path, known.path))) continue;
    ways.set(user, { via: 'NESTED', path });
  }
}

/** The shorter way first, then by the names on it. */
function isBefore(directory: FakeDirectory, one: string[], other: string[]): boolean {
  if (one.length !== other.length) return one.length < other.length;
  const key = (externalId: string) => `${directory.groups.get(externalId)?.name}\u0000${externalId}`;
  for (const [index, group] of one.entries()) {
    const [left, right] = [key(group), key(other[index] ?? '')];
    if (left !== right) return left < right;
  }
  return false;
}

function people(directory: FakeDirectory): string[] {
  return [...directory.users.values()]
    .map((user) => {
      const manager = user.manager === null ? null : (directory.users.get(user.manager)?.fields.userId ?? null);
      const { userId, displayName, email = null, title = null } = user.fields;
      return [userId, displayName, email, title, user.disabled ? 'DISABLED' : 'ACTIVE', manager].join('|');
    })
    .sort();
}
