import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export const BASE_DN = 'dc=example,dc=com';

export interface DirectorySize {
  users: number;
  groups: number;
  /** Direct memberships in all: group 0 holds every user as far as they reach, the rest is spread evenly. */
  memberships: number;
  /** Writes memberOf into the users, which slapadd does not derive. Default true. */
  hasMemberOf?: boolean;
}

const FIRST_NAMES = ['Ana', 'Björn', 'Chloé', 'Dmitri', 'Eva', 'Farid', 'Gül', 'Hana', 'Iñigo', 'Jürgen'];
const LAST_NAMES = ['Nguyen', 'Müller', 'Smith', 'Okafor', 'García', 'Kim', 'Ivanov', 'Haddad', 'Sørensen', 'Rossi'];

export const userDn = (user: number): string => `uid=user${user},ou=people,${BASE_DN}`;
export const groupDn = (group: number): string => `cn=group${group},ou=groups,${BASE_DN}`;

/** One attribute line of LDIF (RFC 2849): base64 where the value is no SAFE-STRING. Long lines are not folded. */
export function ldifLine(name: string, value: string | Buffer): string {
  const isSafe = typeof value === 'string' && /^(?:[!-9;=-~][ -~]*)?$/.test(value) && !value.endsWith(' ');
  return isSafe ? `${name}: ${value}\n` : `${name}:: ${Buffer.from(value).toString('base64')}\n`;
}

/**
 * An OpenLDAP directory as LDIF entries, the same for the same size: people with twelve attributes below ou=people,
 * groupOfNames below ou=groups (each with a member at least), and the accounts `reader` and `capped` with the passwords
 * `readerpw` and `cappedpw`.
 */
export function* directoryEntries(size: DirectorySize): Generator<string> {
  yield* skeleton();
  const members = spreadMembers(size);
  const groupsOf = size.hasMemberOf === false ? [] : invert(members, size.users);
  for (let user = 0; user < size.users; user++) yield userEntry(user, groupsOf[user] ?? []);
  for (let group = 0; group < size.groups; group++) yield groupEntry(group, members[group] ?? []);
}

/** The same as one text; for small directories. */
export function directoryLdif(size: DirectorySize): string {
  return [...directoryEntries(size)].join('');
}

/** Writes it to a file without holding the text in memory. */
export async function writeDirectoryLdif(path: string, size: DirectorySize): Promise<void> {
  await pipeline(Readable.from(inBlocks(directoryEntries(size))), createWriteStream(path));
}

/** The user numbers in each group: what a test or bench expects to find again. */
export function spreadMembers({ users, groups, memberships }: DirectorySize): number[][] {
  if (groups === 0 || users === 0) return [];
  const everybody = Math.min(users, memberships);
  const all: number[][] = [Array.from({ length: everybody }, (_, user) => user)];
  const perGroup = Math.floor((memberships - everybody) / Math.max(1, groups - 1));
  for (let group = 1; group < groups; group++) {
    const chosen = new Set<number>();
    // Two primes scatter the members, so that neighbouring groups overlap little.
    for (let i = 0; i < Math.max(1, Math.min(perGroup, users)); i++) chosen.add((group * 7919 + i * 31) % users);
    all.push([...chosen]);
  }
  return all;
}

function invert(members: number[][], users: number): number[][] {
  const groupsOf: number[][] = Array.from({ length: users }, () => []);
  members.forEach((some, group) => some.forEach((user) => groupsOf[user]?.push(group)));
  return groupsOf;
}

function* skeleton(): Generator<string> {
  yield `dn: ${BASE_DN}\nobjectClass: dcObject\nobjectClass: organization\no: Example\ndc: example\n\n`;
  for (const unit of ['people', 'groups']) {
    yield `dn: ou=${unit},${BASE_DN}\nobjectClass: organizationalUnit\nou: ${unit}\n\n`;
  }
  for (const name of ['reader', 'capped']) {
    const account = `objectClass: inetOrgPerson\nuid: ${name}\ncn: ${name}\nsn: ${name}\nuserPassword: ${name}pw\n`;
    yield `dn: uid=${name},${BASE_DN}\n${account}\n`;
  }
}

function userEntry(user: number, groups: number[]): string {
  const firstName = FIRST_NAMES[user % 10] ?? '';
  const lastName = LAST_NAMES[Math.floor(user / 10) % 10] ?? '';
  const lines = [
    ldifLine('uid', `user${user}`),
    ldifLine('cn', `${firstName} ${lastName} ${user}`),
    ldifLine('sn', lastName),
    ldifLine('givenName', firstName),
    ldifLine('displayName', `${firstName} ${lastName}`),
    ldifLine('mail', `user${user}@example.com`),
    ldifLine('telephoneNumber', `+49 30 ${1_000_000 + user}`),
    ldifLine('employeeNumber', String(700_000 + user)),
    ldifLine('title', `Engineer ${user % 17}`),
    ldifLine('departmentNumber', String(user % 300)),
    ...groups.map((group) => `memberOf: ${groupDn(group)}\n`),
  ];
  return `dn: ${userDn(user)}\nobjectClass: inetOrgPerson\n${lines.join('')}\n`;
}

function groupEntry(group: number, members: number[]): string {
  // groupOfNames needs a member (RFC 4519 3.5); one that is nobody stands for "none".
  const values = members.length > 0 ? members.map(userDn) : [`cn=nobody,${BASE_DN}`];
  const lines = values.map((value) => `member: ${value}\n`).join('');
  return `dn: ${groupDn(group)}\nobjectClass: groupOfNames\ncn: group${group}\ndescription: Group number ${group}\n${lines}\n`;
}

function* inBlocks(entries: Iterable<string>): Generator<string> {
  let block = '';
  for (const entry of entries) {
    block += entry;
    if (block.length > 1 << 18) {
      yield block;
      block = '';
    }
  }
  yield block;
}
