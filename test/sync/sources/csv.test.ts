import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { IncompleteRead, SettingsError, type DirectoryRecord, type SourceSettings } from '../../../sync/source';
import { csvFactory } from '../../../sync/sources/csv';

const HEADER =
  'FIRST NAME,LAST NAME,USER ID,PASSWORD,PIN,MAIL ID,DEPARTMENT,MANAGER USER ID,PRIMARY EXTENSION,USER GROUP 1,USER GROUP 2';
const ALICE = 'Alice,Ant,Alice,s3cret,12345,alice@example.com,Sales,Bob,\\+41315310001,Standard CCM End Users,Agents';
const BOB = 'Bob,Bee,bob,s3cret,12345,bob@example.com,Sales,,2001,Agents,';

describe('the CSV connector', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'csv-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const source = (settings: Record<string, unknown> = {}, mapping: Record<string, string> = {}): SourceSettings => ({
    kind: 'CSV',
    settings: { path: join(folder, 'users.csv'), ...settings },
    secrets: {},
    mapping,
  });
  const connector = (settings = {}, mapping = {}) =>
    csvFactory.create(source(settings, mapping), { importDirs: [folder] });
  const write = (...lines: string[]) =>
    writeFileSync(join(folder, 'users.csv'), lines.map((line) => `${line}\n`).join(''));

  async function read(settings = {}, mapping = {}): Promise<DirectoryRecord[]> {
    const records: DirectoryRecord[] = [];
    for await (const record of connector(settings, mapping).read(new AbortController().signal)) records.push(record);
    return records;
  }
  const bad = (records: DirectoryRecord[]) => records.filter((record) => record.kind === 'bad');
  const ids = (records: DirectoryRecord[]) =>
    records.flatMap((record) => (record.kind === 'user' ? [record.externalId] : []));

  it('reads a BAT export: users first, then groups and their members', async () => {
    write(HEADER, ALICE, BOB);
    expect(await read()).toEqual([
      {
        kind: 'user',
        externalId: 'alice',
        refs: ['uid:alice'],
        disabled: false,
        manager: 'uid:bob',
        fields: {
          userId: 'Alice',
          displayName: 'Alice Ant',
          firstName: 'Alice',
          lastName: 'Ant',
          email: 'alice@example.com',
          department: 'Sales',
          title: null,
          telephoneNumber: null,
          mobileNumber: null,
          userPrincipalName: null,
          primaryLine: '+41315310001',
        },
      },
      expect.objectContaining({ kind: 'user', externalId: 'bob', manager: null }),
      {
        kind: 'group',
        externalId: 'standard ccm end users',
        refs: ['group:standard ccm end users'],
        name: 'Standard CCM End Users',
      },
      { kind: 'group', externalId: 'agents', refs: ['group:agents'], name: 'Agents' },
      { kind: 'members', group: 'standard ccm end users', members: ['uid:alice'] },
      { kind: 'members', group: 'agents', members: ['uid:alice', 'uid:bob'] },
    ]);
  });

  it('finds columns by name whatever their order and case, with BOM, CRLF and another delimiter', async () => {
    writeFileSync(join(folder, 'users.csv'), '\ufeffUser Id;last name;Title\r\ncarol;"Ö;ster ""O""\r\nx";Dr.\r\n');
    const [carol] = await read({ delimiter: ';' });
    expect(carol).toMatchObject({ externalId: 'carol', fields: { lastName: 'Ö;ster "O"\r\nx', title: 'Dr.' } });
  });

  it('reads a mapped column, and the user id where no name is given', async () => {
    write('LOGIN,COST CENTRE', 'dave,4711');
    const [dave] = await read({}, { userId: 'login', department: 'Cost Centre' });
    expect(dave).toMatchObject({ fields: { userId: 'dave', displayName: 'dave', department: '4711' } });
  });

  it('never tells a password or PIN, not even of bad rows', async () => {
    write(HEADER, ALICE, 'Eve,eve,s3cret,12345,eve@example.com,Sales,,2002,,', ALICE);
    const records = await read();
    expect(bad(records)).toHaveLength(2);
    expect(JSON.stringify(records)).not.toMatch(/s3cret|12345/);
  });

  it('quarantines broken rows with their reason and reads on', async () => {
    write('USER ID,LAST NAME', 'ann,A', ',nobody', 'short', 'long,x,y', 'qu"ote,x', '"ann"x,y', 'ANN,again', 'zoe,Z');
    const records = await read();
    expect(ids(records)).toEqual(['ann', 'zoe']);
    expect(bad(records)).toMatchObject([
      { label: 'line 3', externalId: null, reason: 'The user id is empty.' },
      { label: 'short', externalId: 'short', reason: 'The row has 1 columns, the header has 2.' },
      { label: 'long', reason: 'The row has 3 columns, the header has 2.' },
      { reason: 'A quote stands inside a field.' },
      { reason: 'A quote stands inside a field.' },
      { label: 'ANN', externalId: null, reason: 'The user id stands in line 2 already.' },
    ]);
  });

  it('quarantines a row that is not UTF-8', async () => {
    writeFileSync(join(folder, 'users.csv'), Buffer.from('USER ID,LAST NAME\nann,\xd6ster\nbob,B\n', 'latin1'));
    const records = await read();
    expect(ids(records)).toEqual(['bob']);
    expect(bad(records)).toMatchObject([{ externalId: 'ann', reason: 'The row is not valid UTF-8.' }]);
  });

  it.each([
    ['is cut inside a quoted field', 'USER ID,LAST NAME\nann,A\nbob,"Be', /ends inside a quoted field/],
    ['is cut in its last row', 'USER ID,LAST NAME\nann,A\nbob', /middle of its last row/],
    ['has a quote that swallows rows', 'USER ID,LAST NAME\nann,"A\nbob,B\ncarol,"C"\ndave,D\n', /where its rows end/],
    ['has no column USER ID', 'LAST NAME;USER ID\nA;ann\n', /no column "USER ID"\. Is the delimiter right\?/],
    ['is empty', '', /empty/],
    ['is UTF-16', Buffer.from('\ufeffUSER ID\nann\n', 'utf16le'), /UTF-16/],
  ])('fails as incomplete where the file %s', async (_what, content, message) => {
    writeFileSync(join(folder, 'users.csv'), content);
    await expect(read()).rejects.toThrow(IncompleteRead);
    await expect(read()).rejects.toThrow(message);
  });

  it('fails as incomplete where the file is not there', async () => {
    await expect(read()).rejects.toThrow(/does not exist/);
  });

  it('fails as incomplete where the file changes between the passes', async () => {
    write(HEADER, ALICE, BOB);
    const records = connector().read(new AbortController().signal)[Symbol.asyncIterator]();
    await records.next();
    appendFileSync(join(folder, 'users.csv'), `${BOB}\n`);
    await expect(
      (async () => {
        while (!(await records.next()).done);
      })(),
    ).rejects.toThrow(/changed while it was read/);
  });

  it('tells large groups in chunks', async () => {
    write('USER ID,USER GROUP 1', ...Array.from({ length: 25_000 }, (_, index) => `u${index},All`));
    const chunks = (await read()).flatMap((record) => (record.kind === 'members' ? [record.members.length] : []));
    expect(chunks).toEqual([10_000, 10_000, 5_000]);
  });

  it('stops when it is cancelled', async () => {
    write('USER ID', ...Array.from({ length: 50_000 }, (_, index) => `u${index}`));
    const cancel = new AbortController();
    const reading = async () => {
      for await (const record of connector().read(cancel.signal)) if (record.kind === 'user') cancel.abort();
    };
    await expect(reading()).rejects.toThrow(/abort/i);
  });

  it.each([
    ['settings.delimiter', { delimiter: ',,' }, {}],
    ['settings.separator', { separator: ';' }, {}],
    ['settings.path', { path: '/etc/passwd' }, {}],
    ['mapping.department', {}, { department: 'PASSWORD' }],
    ['mapping.shoeSize', {}, { shoeSize: 'SHOE SIZE' }],
  ])('refuses bad settings by name: %s', (field, settings, mapping) => {
    const check = () => csvFactory.validate(source(settings, mapping), { importDirs: [folder] });
    expect(check).toThrow(SettingsError);
    expect(check).toThrow(expect.objectContaining({ field }));
  });

  it('refuses secrets, for a file has none', () => {
    const check = () => csvFactory.validate({ ...source(), secrets: { password: 'x' } }, { importDirs: [folder] });
    expect(check).toThrow(expect.objectContaining({ field: 'secrets.password' }));
  });

  it('diagnoses in the order of the contract with a sample', async () => {
    write(HEADER, ALICE, BOB);
    const { checks, sampleUsers } = await connector().diagnose(new AbortController().signal);
    expect(checks.map(({ name, status }) => `${name} ${status}`)).toEqual([
      'dns SKIPPED', 'tcp SKIPPED', 'tls SKIPPED', 'startTls SKIPPED', 'bind SKIPPED', 'base OK', 'paging SKIPPED',
      'range SKIPPED', 'incremental SKIPPED', 'sample OK',
    ]); // prettier-ignore
    expect(sampleUsers.map((user) => user.userId)).toEqual(['Alice', 'bob']);
  });

  it('diagnoses a missing file without throwing', async () => {
    mkdirSync(join(folder, 'other'));
    const { checks } = await connector().diagnose(new AbortController().signal);
    expect(checks.find((check) => check.name === 'base')).toMatchObject({ status: 'FAILED' });
    expect(checks.find((check) => check.name === 'sample')).toMatchObject({ status: 'SKIPPED' });
  });

  it('explains where a user stands, or that there is none', async () => {
    write(HEADER, ALICE, 'broken');
    const signal = new AbortController().signal;
    expect(await connector().explain('ALICE', signal)).toMatchObject({ found: true, externalId: 'alice' });
    expect(await connector().explain('zoe', signal)).toMatchObject({ found: false, externalId: null });
  });
});
