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

  it('is incomplete where the server is killed or the line cut in the middle, then whole again', async () => {
    const proxy = await startFaultProxy({ port: slapd.port });
    const through = () => ldap({ urls: [`ldap://127.0.0.1:${proxy.port}`], pageSize: 100 });
    try {
      for (const mode of ['cut', 'truncate'] as const) {
        proxy.setMode({ mode, afterBytes: 60_000 });
        expect((await failure(readAll(through()))).message).toMatch(/cut|closed|lost/);
      }
      proxy.setMode({ mode: 'corrupt', atByte: 1 });
      await failure(readAll(through()));
      proxy.setMode({ mode: 'pass' });
      let told = 0;
      const killing = (async () => {
        for await (const record of through().read(new AbortController().signal)) {
          if (record.kind === 'user' && ++told === 150) await slapd.kill();
        }
      })();
      expect((await failure(killing)).message).toMatch(/Reading users/);
      await slapd.restart();
      expect((await readAll(through())).users).toHaveLength(SIZE.users + 2);
    } finally {
      await proxy.stop();
    }
  });

  it('is encrypted by ldaps or StartTLS, to a server whose certificate is trusted and its own', async () => {
    const filter = { userFilter: '(uid=user1)', groupFilter: '(cn=none)' };
    const ca = { caCertificate: slapd.ca };
    const hostless = (url: string) => url.replace('127.0.0.1', 'localhost');
    for (const more of [
      { urls: [slapd.ldapsUrl], ...ca },
      { urls: [hostless(slapd.ldapsUrl)], ...ca },
      { startTls: true, ...ca },
      { urls: [hostless(slapd.url)], startTls: true, ...ca },
    ]) {
      expect((await readAll(ldap({ ...filter, ...more }))).users).toHaveLength(1);
    }
    for (const more of [{ urls: [slapd.ldapsUrl] }, { startTls: true }]) {
      expect((await failure(readAll(ldap({ ...filter, ...more })))).message).toMatch(/authority.*caCertificate/);
    }
  });

  it('goes to the second server where the first is not there', async () => {
    const told = await readAll(ldap({ urls: ['ldap://127.0.0.1:1', slapd.url] }));
    expect(told.users).toHaveLength(SIZE.users + 2);
  });
});

describeWith('slapd', 'a directory is looked at by its administrator', () => {
  const signal = new AbortController().signal;
  const statuses = (checks: { name: string; status: string }[]) => checks.map((each) => `${each.name} ${each.status}`);

  beforeAll(async () => {
    slapd = await startSlapd({ ldif: directoryLdif({ users: 30, groups: 3, memberships: 40 }), cappedTotal: 20 });
    await slapd.modify(`dn: ${userDn(5)}\nchangetype: modify\nadd: userPassword\nuserPassword: geheim\n`);
    await slapd.modify(`dn: ${userDn(6)}\nchangetype: modify\nadd: uid\nuid: user5\n`);
    await slapd.modify(`dn: ${userDn(7)}\nchangetype: modify\nadd: userPassword\nuserPassword: geheim\n`);
  }, 60_000);
  afterAll(() => slapd.stop());

  it('by every check, with users as they would come', async () => {
    const { checks, sampleUsers } = await ldap({ startTls: true, caCertificate: slapd.ca }).diagnose(signal);
    expect(statuses(checks)).toEqual([
      ...['dns OK', 'tcp OK', 'tls SKIPPED', 'startTls OK', 'bind OK', 'base OK', 'paging OK', 'range SKIPPED'],
      ...['incremental OK', 'sample OK'],
    ]);
    expect(checks[6]?.detail).toContain('32 users');
    expect(sampleUsers).toHaveLength(5);
    const { checks: plain } = await ldap({ urls: ['ldap://127.0.0.1:1', slapd.url] }).diagnose(signal);
    expect(statuses(plain)).toEqual(expect.arrayContaining(['dns WARNING', 'bind WARNING', 'startTls SKIPPED']));
  });

  it('by checks that name the fault and leave the rest open', async () => {
    const checked = async (more: object, bindPassword = slapd.readerPassword) => {
      const { settings: base } = settings(more);
      const connector = connectorOf('LDAP', { settings: base, secrets: { bindPassword } });
      return statuses((await connector.diagnose(signal)).checks).filter((each) => !/ (OK|SKIPPED)$/.test(each));
    };
    expect(await checked({ urls: ['ldap://no-such-host.invalid'] })).toEqual(['dns FAILED']);
    expect(await checked({ urls: ['ldap://127.0.0.1:1'] })).toEqual(['tcp FAILED']);
    expect(await checked({ urls: [slapd.ldapsUrl] })).toEqual(['tls FAILED']);
    expect(await checked({ startTls: true })).toEqual(['startTls FAILED']);
    expect(await checked({}, 'wrong')).toEqual(['bind FAILED']);
    expect(await checked({ groupBaseDn: `ou=none,${slapd.baseDn}` })).toEqual(['bind WARNING', 'base FAILED']);
    expect(await checked({ userFilter: '(uid=nobody)' })).toEqual(['bind WARNING', 'sample WARNING']);
    const capped = { bindDn: slapd.cappedDn, pageSize: 10 };
    expect(await checked(capped, slapd.cappedPassword)).toEqual(['bind WARNING', 'paging FAILED']);
  });

  it('by the steps of one user', async () => {
    const steps = async (userId: string, more: object = {}) => {
      const { found, externalId, steps: told } = await ldap(more).explain(userId, signal);
      return { found, hasId: externalId !== null, steps: statuses(told).filter((each) => !each.endsWith(' OK')) };
    };
    expect(await steps('USER4')).toEqual({ found: true, hasId: true, steps: [] });
    expect(await steps('nobody')).toEqual({ found: false, hasId: false, steps: ['exists FAILED'] });
    expect(await steps('*')).toMatchObject({ found: false });
    expect(await steps('user4)(uid=*')).toMatchObject({ found: false });
    const outside = { baseDn: `ou=groups,${slapd.baseDn}` };
    expect(await steps('user4', outside)).toEqual({ found: true, hasId: true, steps: ['base FAILED'] });
    expect((await steps('user4', { userFilter: '(mail=x)' })).steps).toEqual(['filter FAILED']);
    await expect(ldap({ urls: ['ldap://127.0.0.1:1'] }).explain('x', signal)).rejects.toBeInstanceOf(IncompleteRead);
  });

  it('verifies passwords of exactly one user, and never with an empty one', async () => {
    const verify = (userId: string, password: string, more: object = {}) =>
      ldap(more).authenticate?.(userId, password, signal);
    expect(await verify('user7', 'geheim')).toBe(true);
    expect(await verify('USER7', 'geheim')).toBe(true);
    expect(await verify('user7', 'Geheim')).toBe(false);
    expect(await verify('user8', 'x')).toBe(false);
    expect(await verify('user5', 'geheim')).toBe(false);
    expect(await verify('nobody', 'geheim')).toBe(false);
    expect(await verify('user*', 'geheim')).toBe(false);
    expect(await verify('user7', 'geheim', { userFilter: '(uid=user8)' })).toBe(false);
    // Nothing is there to connect to: the answer comes without.
    expect(await verify('user7', '', { urls: ['ldap://127.0.0.1:1'] })).toBe(false);
    await expect(verify('user7', 'geheim', { urls: ['ldap://127.0.0.1:1'] })).rejects.toBeInstanceOf(IncompleteRead);
  });
});
