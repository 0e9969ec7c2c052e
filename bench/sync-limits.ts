import { Client } from 'ldapts';
import { createReadStream, createWriteStream } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection, type Connection } from 'mysql2/promise';
import { program } from '../test/support/availability';
import { groupDn, userDn } from '../test/support/directory-ldif';
import type { Slapd } from '../test/support/slapd';

const USER_ATTRIBUTES = [
  'uid',
  'entryUUID',
  'displayName',
  'cn',
  'givenName',
  'sn',
  'mail',
  'departmentNumber',
  'title',
  'telephoneNumber',
  'mobile',
  'manager',
];
const GROUP_ATTRIBUTES = ['entryUUID', 'cn', 'description', 'member'];
const PEOPLE = '(objectClass=inetOrgPerson)';
const GROUPS = '(objectClass=groupOfNames)';

export async function timed(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return (performance.now() - begin) / 1000;
}

/** Reads people and groups with their members by OpenLDAP's own client, 1000 entries a page, into nothing. */
export async function ldapsearch(slapd: Slapd): Promise<void> {
  const searches = [
    [PEOPLE, ...USER_ATTRIBUTES],
    [GROUPS, ...GROUP_ATTRIBUTES],
  ];
  for (const search of searches) {
    const account = ['-x', '-LLL', '-H', slapd.url, '-D', slapd.readerDn, '-w', slapd.readerPassword];
    const child = spawn(program('ldapsearch'), [...account, '-E', 'pr=1000/noprompt', '-b', slapd.baseDn, ...search], {
      stdio: 'ignore',
    });
    const [code] = (await once(child, 'exit')) as [number];
    if (code !== 0) throw new Error(`ldapsearch ended with ${code}.`);
  }
}

/** The same by ldapts alone, page after page, forgetting each. */
export async function ldaptsRead(slapd: Slapd): Promise<void> {
  const client = new Client({ url: slapd.url, timeout: 60_000 });
  await client.bind(slapd.readerDn, slapd.readerPassword);
  for (const [filter, attributes, pageSize] of [
    [PEOPLE, USER_ATTRIBUTES, 1000],
    [GROUPS, GROUP_ATTRIBUTES, 100],
  ] as const) {
    const pages = client.searchPaginated(slapd.baseDn, {
      scope: 'sub',
      filter,
      attributes: [...attributes],
      paged: { pageSize },
    });
    for await (const page of pages) if (page.searchEntries.length === 0) break;
  }
  await client.unbind();
}

/**
 * Seconds that LOAD DATA takes for the rows of a table into an empty one of the same columns and indexes, in order of the
 * key: as any session does it, or with the checks off that a bulk import can do without, as ours does.
 */
export async function loadData(url: string, table: string, folder: string, isChecked: boolean): Promise<number> {
  const connection = await createConnection({ uri: url.replace(/^mariadb:/, 'mysql:') });
  const file = `${folder}/${table}.tsv`;
  await connection.query("SET SESSION sql_mode = '', unique_checks = ?, foreign_key_checks = ?", [
    isChecked,
    isChecked,
  ]);
  const columns = await dump(connection, table, file);
  await connection.query(`DROP TABLE IF EXISTS limit_${table}`);
  await connection.query(`CREATE TABLE limit_${table} LIKE \`${table}\``);
  const seconds = await timed(() =>
    connection.query({
      sql: `LOAD DATA LOCAL INFILE 'rows' INTO TABLE limit_${table} CHARACTER SET utf8mb4 (${columns.map((column) => `\`${column}\``).join(', ')})`,
      infileStreamFactory: () => createReadStream(file),
    }),
  );
  await connection.query(`DROP TABLE limit_${table}`);
  await connection.end();
  return seconds;
}

async function dump(connection: Connection, table: string, file: string): Promise<string[]> {
  const output = createWriteStream(file);
  const [columns] = await connection.query(`SHOW COLUMNS FROM \`${table}\``);
  const names = (columns as { Field: string }[]).map((column) => column.Field);
  const [keys] = await connection.query(`SHOW KEYS FROM \`${table}\` WHERE Key_name = 'PRIMARY'`);
  const order = (keys as { Column_name: string }[]).map((key) => key.Column_name).join(', ');
  const step = 50_000;
  for (let offset = 0; ; offset += step) {
    const [rows] = await connection.query({
      sql: `SELECT * FROM \`${table}\` ORDER BY ${order} LIMIT ${offset}, ${step}`,
      rowsAsArray: true,
    });
    const list = rows as unknown[][];
    for (const row of list) if (!output.write(`${row.map(escaped).join('\t')}\n`)) await once(output, 'drain');
    if (list.length < step) break;
  }
  output.end();
  await once(output, 'finish');
  return names;
}

function escaped(value: unknown): string {
  if (value === null) return '\\N';
  return String(value).replace(
    /[\\\t\n]/g,
    (character) => ({ '\\': '\\\\', '\t': '\\t', '\n': '\\n' })[character] ?? '',
  );
}

/**
 * LDIF change records: 60 titles, 5 people gone (each out of some ten groups), 10 new, 10 memberships, together with the
 * memberships that end about a hundred changes. Each round is about other people.
 */
export function hundredChanges(users: number, groups: number, round: number): string {
  const records: string[] = [];
  for (let index = 0; index < 60; index++)
    records.push(`dn: ${userDn(index * 7)}\nchangetype: modify\nreplace: title\ntitle: Changed ${round} ${index}\n`);
  for (let index = 0; index < 5; index++)
    records.push(`dn: ${userDn(users - 1 - index - 5 * round)}\nchangetype: delete\n`);
  for (let index = 0; index < 10; index++) {
    const user = users + index + 10 * round;
    records.push(
      `dn: ${userDn(user)}\nchangetype: add\nobjectClass: inetOrgPerson\nuid: user${user}\ncn: New ${user}\nsn: New\n`,
    );
    const group = 1 + ((index + 10 * round) % Math.max(1, groups - 1));
    records.push(`dn: ${groupDn(group)}\nchangetype: modify\nadd: member\nmember: ${userDn(user)}\n`);
  }
  return records.join('\n');
}
