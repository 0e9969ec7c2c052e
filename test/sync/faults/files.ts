import { mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { RunMode, SourceKind } from '../../../schema/sync.enums';
import { removeFolder, temporaryFolder } from '../../support/folders';
import { people, type OwnFault, type SourceUnderTest } from './source-under-test';

const HEADER = 'FIRST NAME,LAST NAME,USER ID,MAIL ID,USER GROUP 1';
const rows = people.map(({ id, first, last }) => `${first},${last},${id},${id}@example.test,Staff`);
const CSV = `${[HEADER, ...rows].join('\n')}\n`;

const entries = people.map(
  ({ id, first, last }) =>
    `dn: uid=${id},dc=x\nobjectClass: inetOrgPerson\nuid: ${id}\ncn: ${first} ${last}\nsn: ${last}\nmail: ${id}@example.test\n`,
);
const staff = `dn: cn=staff,dc=x\nobjectClass: groupOfNames\ncn: staff\n${people.map(({ id }) => `member: uid=${id},dc=x\n`).join('')}`;
const LDIF = [...entries, staff].join('\n');

const half = (text: string): string => text.slice(0, text.length / 2);
const toLineEnd = (text: string): string => text.slice(0, text.lastIndexOf('\n') + 1);
function inverted(text: string, after: string): Buffer {
  const bytes = Buffer.from(text);
  const place = bytes.indexOf(after) + after.length + 1;
  bytes[place] = (bytes[place] ?? 0) ^ 0xff;
  return bytes;
}

/** A file that is replaced by another thing, and put back. */
function fileSource(
  kind: SourceKind,
  name: string,
  content: string,
  settings: object,
  faultsOf: (content: string) => (OwnFault & { content?: string | Buffer })[],
): SourceUnderTest {
  let folder = '';
  const path = () => join(folder, 'imports', 'people');
  const put = async (data: string | Buffer) => {
    await rm(path(), { recursive: true, force: true });
    await writeFile(path(), data);
  };
  const elsewhere: OwnFault[] = [
    { name: 'a file that vanished', outcome: 'FAILED', says: /does not exist/, inflict: () => rm(path()) },
    {
      name: 'a folder in its place',
      outcome: 'FAILED',
      says: /no regular file|not a regular file/,
      inflict: async () => {
        await rm(path());
        await mkdir(path());
      },
    },
    {
      name: 'a link out of the import folders in its place',
      outcome: 'FAILED',
      says: /below one of the import folders/,
      inflict: async () => {
        await rm(path());
        await writeFile(join(folder, 'outside'), content);
        await symlink(join(folder, 'outside'), path());
      },
    },
  ];
  const contents = faultsOf(content).map(({ content: bad, ...fault }): OwnFault => ({
    ...fault,
    inflict: () => put(bad ?? ''),
  }));
  return {
    kind,
    name,
    needs: null,
    modes: [RunMode.FULL],
    structuralBytes: null,
    async start() {
      folder = await temporaryFolder('faults');
      await mkdir(join(folder, 'imports'));
      await put(content);
      return {
        port: null,
        settings: () => ({ path: path(), ...settings }),
        secrets: {},
        importDirs: [join(folder, 'imports')],
      };
    },
    stop: () => removeFolder(folder),
    faults: [...elsewhere, ...contents].map((fault) => ({ ...fault, mend: () => put(content) })),
  };
}

/** Faults that any text file can have. */
const common = (content: string) => [
  { name: 'an empty file', outcome: 'FAILED' as const, says: /empty/, content: '' },
  { name: 'UTF-16', outcome: 'FAILED' as const, says: /UTF-16/, content: Buffer.from(`\ufeff${content}`, 'utf16le') },
  { name: 'half of it, cut at the end of a line', outcome: 'REFUSED' as const, content: toLineEnd(half(content)) },
  { name: 'other text', outcome: 'FAILED' as const, content: '<html>\n<body>Sign in</body>\n</html>\n' },
];

export const ldifSource = (): SourceUnderTest =>
  fileSource(SourceKind.LDIF, 'LDIF file', LDIF, { dialect: 'LDAP' }, (content) => [
    ...common(content),
    ...[0.1, 0.5, 0.9].map((share) => ({
      name: `a cut within a line after ${share * 100} %`,
      outcome: 'FAILED' as const,
      says: /middle of a line/,
      content: `${toLineEnd(content.slice(0, content.length * share))}mail: us`,
    })),
    { name: 'zero bytes', outcome: 'FAILED', says: /zero bytes/, content: content.replace('user05', 'user\0') },
    { name: 'a corrupt byte in a name', outcome: 'UNCHANGED', content: inverted(content, 'cn: First7 ') },
    {
      name: 'two records run together',
      outcome: 'FAILED',
      content: content.replace('\n\ndn: uid=user05', '\ndn: uid=user05'),
    },
    {
      name: 'changes instead of content',
      outcome: 'FAILED',
      content: content.replace('\nobjectClass', '\nchangetype: delete\nobjectClass'),
    },
  ]);

export const csvSource = (): SourceUnderTest =>
  fileSource(SourceKind.CSV, 'CSV file', CSV, {}, (content) => [
    ...common(content),
    ...[0.1, 0.5, 0.9].map((share) => ({
      name: `a cut within a row after ${share * 100} %`,
      outcome: 'FAILED' as const,
      says: /middle of its last row/,
      content: `${toLineEnd(content.slice(0, content.length * share))}First,La`,
    })),
    {
      name: 'a quote that never ends',
      outcome: 'FAILED',
      says: /quote/i,
      content: content.replace('First5,', '"First5,'),
    },
    { name: 'a corrupt byte in a name', outcome: 'UNCHANGED', content: inverted(content, 'First7,') },
    { name: 'no column for the user id', outcome: 'FAILED', content: content.replace('USER ID', 'UZER ID') },
    { name: 'the header alone', outcome: 'FAILED', says: /without a single user/, content: `${HEADER}\n` },
  ]);
