import { IncompleteRead } from '../../../sync/source';
import { describeWith } from '../../support/availability';
import { directoryLdif, spreadMembers, userDn } from '../../support/directory-ldif';
import { startFaultProxy } from '../../support/fault-proxy';
import { startSlapd, type Slapd } from '../../support/slapd';

import { byId, connectorOf, named, readAll } from './reading';

const SIZE = { users: 1000, groups: 20, memberships: 5000 };

let slapd: Slapd;

const settings = (more: object = {}) => ({
  settings: { urls: [slapd.url], bindDn: slapd.readerDn, baseDn: slapd.baseDn, ...more },
  secrets: { bindPassword: slapd.readerPassword },
});
const ldap = (more: object = {}, mapping: Record<string, string> = {}) =>
  connectorOf('LDAP', { ...settings(more), mapping });
const failure = async (promise: Promise<unknown>): Promise<Error> => {
  const error: unknown = await promise.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(IncompleteRead);
  return error as Error;
};

describeWith('slapd', 'a full read of OpenLDAP', () => {
  beforeAll(async () => {
    slapd = await startSlapd({ ldif: directoryLdif(SIZE), cappedTotal: 550, pageLimit: 400 });
  }, 60_000);
  afterAll(() => slapd.stop());

  it('tells every user with all fields, and every group with all members', async () => {
    const told = await readAll(ldap({ userBaseDn: `ou=people,${slapd.baseDn}` }, { primaryLine: 'employeeNumber' }));
    expect(told.users).toHaveLength(SIZE.users);
    expect(told.bad).toEqual([]);
    expect(byId(told, 'user7')).toEqual({
      kind: 'user',
      externalId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      refs: [userDn(7), 'uid:user7'],
      fields: {
        userId: 'user7',
        displayName: 'Hana Nguyen',
        firstName: 'Hana',
        lastName: 'Nguyen',
        email: 'user7@example.com',
        department: '7',
        title: 'Engineer 7',
        telephoneNumber: '+49 30 1000007',
        mobileNumber: null,
        userPrincipalName: null,
        primaryLine: '700007',
      },
      disabled: false,
      manager: null,
      primaryGroup: null,
    });
    expect(named(told, 'group3')?.description).toBe('Group number 3');
    spreadMembers(SIZE).forEach((members, group) => {
      expect(new Set(told.members.get(`group${group}`))).toEqual(new Set(members.map(userDn)));
    });
  });

  it('goes down to pages that the server allows', async () => {
    expect((await readAll(ldap({ pageSize: 1000 }))).users).toHaveLength(SIZE.users + 2);
  });

  it('honours filters and bases', async () => {
    const told = await readAll(ldap({ userFilter: '(&(objectClass=person)(uid=user1*))', groupFilter: '(cn=group5)' }));
    expect(told.users).toHaveLength(111);
    expect(told.groups.map(({ name }) => name)).toEqual(['group5']);
  });

  it('is incomplete where the server stops by its limit, however clean the pages before', async () => {
    const capped = connectorOf('LDAP', {
      settings: { ...settings().settings, bindDn: slapd.cappedDn, pageSize: 100 },
      secrets: { bindPassword: slapd.cappedPassword },
    });
    let users = 0;
    const reading = (async () => {
      for await (const record of capped.read(new AbortController().signal)) if (record.kind === 'user') users++;
    })();
    expect((await failure(reading)).message).toMatch(/Reading users.*size limit.*code 4/);
    expect(users).toBeGreaterThanOrEqual(500);
  });
});
