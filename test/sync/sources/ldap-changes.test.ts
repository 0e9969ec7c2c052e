import { ResyncRequired } from '../../../sync/source';
import { describeWith } from '../../support/availability';
import { directoryLdif, groupDn, userDn } from '../../support/directory-ldif';
import { startSlapd, type Slapd } from '../../support/slapd';

import { Mirror } from './mirror';
import { connectorOf } from './reading';

describeWith('slapd', 'changes of OpenLDAP', () => {
  let slapd: Slapd;
  beforeEach(async () => {
    slapd = await startSlapd({ ldif: directoryLdif({ users: 60, groups: 6, memberships: 150 }) });
    // Everything was loaded within this second; what follows is to be told apart from it.
    await new Promise((resolve) => setTimeout(resolve, 3100));
    await slapd.modify(`dn: ${userDn(59)}\nchangetype: modify\nreplace: title\ntitle: Last\n`);
  });
  afterEach(() => slapd.stop());

  const directory = (more: object = {}) =>
    connectorOf('LDAP', {
      settings: { urls: [slapd.url], bindDn: slapd.readerDn, baseDn: slapd.baseDn, ...more },
      secrets: { bindPassword: slapd.readerPassword },
    });
  const expectSameAsFull = async (mirror: Mirror, more: object = {}) =>
    expect(mirror.state).toEqual((await Mirror.of(directory(more))).state);
  const person = (uid: string, more = '') =>
    `dn: uid=${uid},ou=people,${slapd.baseDn}\nobjectClass: inetOrgPerson\nuid: ${uid}\ncn: ${uid}\nsn: ${uid}\n${more}`;

  it('are told with fields, renames, moves, deletions and returns, and little else', async () => {
    const mirror = await Mirror.of(directory());
    const before = mirror.memberNames('group0');
    await slapd.add(`dn: ou=away,${slapd.baseDn}\nobjectClass: organizationalUnit\nou: away\n`);
    await slapd.modify(`dn: ${userDn(1)}\nchangetype: modify\nreplace: mail\nmail: new@example.com\n`);
    await slapd.rename(userDn(2), 'uid=renamed', `ou=away,${slapd.baseDn}`);
    await slapd.delete(userDn(3));
    await slapd.add(person('fresh', `manager: ${userDn(4)}\n`));
    await slapd.modify(
      `dn: ${groupDn(5)}\nchangetype: modify\nadd: member\nmember: uid=fresh,ou=people,${slapd.baseDn}\n`,
    );
    await slapd.rename(groupDn(4), 'cn=other');
    await slapd.delete(groupDn(3));
    await mirror.change(directory());
    expect(mirror.told.length).toBeLessThan(15);
    expect(mirror.told).toEqual(expect.arrayContaining(['user user1', 'user renamed', 'user fresh', 'group other']));
    expect(mirror.memberNames('group0')).toEqual(
      before
        .filter((name) => name !== 'user3')
        .map((name) => (name === 'user2' ? 'renamed' : name))
        .sort(),
    );
    expect(mirror.memberNames('group5')).toContain('fresh');
    await expectSameAsFull(mirror);

    await slapd.add(person('user3'));
    await slapd.modify(`dn: ${groupDn(1)}\nchangetype: modify\nadd: member\nmember: ${userDn(3)}\n`);
    await mirror.change(directory());
    await expectSameAsFull(mirror);
    await mirror.change(directory());
    await expectSameAsFull(mirror);
  });

  it('bring the groups of an entry that comes back into sight, though they did not change', async () => {
    const filter = { userFilter: '(&(objectClass=inetOrgPerson)(!(employeeType=off)))' };
    for (const knows of [true, false]) {
      const mirror = new Mirror(knows);
      await mirror.full(directory(filter));
      await slapd.modify(`dn: ${userDn(7)}\nchangetype: modify\nadd: employeeType\nemployeeType: off\n`);
      await mirror.change(directory(filter));
      expect(mirror.memberNames('group0')).not.toContain('user7');
      await expectSameAsFull(mirror, filter);
      await slapd.modify(`dn: ${userDn(7)}\nchangetype: modify\ndelete: employeeType\n`);
      await mirror.change(directory(filter));
      expect(mirror.memberNames('group0')).toContain('user7');
      await expectSameAsFull(mirror, filter);
    }
  });

  it('tell deletions by the session log, and find them by the ids where the server has lost that', async () => {
    const mirror = await Mirror.of(directory());
    await slapd.delete(userDn(8));
    await slapd.delete(groupDn(2));
    await slapd.modify(`dn: ${userDn(9)}\nchangetype: modify\nreplace: title\ntitle: Told\n`);
    await mirror.change(directory());
    expect(mirror.seen).toEqual({ gone: 2 * 2, present: 0 });
    await expectSameAsFull(mirror);

    await slapd.delete(userDn(10));
    await slapd.restart();
    await mirror.change(directory());
    expect(mirror.seen).toMatchObject({ gone: 0, present: expect.any(Number) as number });
    expect(mirror.seen.present).toBeGreaterThan(0);
    await expectSameAsFull(mirror);

    await mirror.change(directory());
    expect(mirror.seen).toEqual({ gone: 0, present: 0 });
    const aDayAgo = Date.now() - 25 * 3600 * 1000;
    mirror.cursor = mirror.cursor.replace(/"sweptAt":\d+/, `"sweptAt":${aDayAgo}`);
    await mirror.change(directory());
    expect(mirror.seen.present).toBeGreaterThan(0);
    await slapd.delete(userDn(11));
    await mirror.change(directory());
    expect(mirror.seen).toEqual({ gone: 2, present: 0 });
    await expectSameAsFull(mirror);
  });

  it('tell who leaves the filter by other attributes, and members by names of any spelling', async () => {
    const filter = { userFilter: '(&(objectClass=inetOrgPerson)(!(employeeType=off)))' };
    await slapd.add(person('öse, "jr"'.replace(/[",]/g, (sign) => `\\${sign}`)));
    const mirror = await Mirror.of(directory(filter));
    await slapd.modify(`dn: ${userDn(12)}\nchangetype: modify\nadd: employeeType\nemployeeType: off\n`);
    await slapd.modify(
      `dn: ${groupDn(1)}\nchangetype: modify\nadd: member\nmember: UID=USER14 , OU=People,${slapd.baseDn}\nmember: uid=öse\\, \\"jr\\",ou=people,${slapd.baseDn}\nmember: cn=nobody,${slapd.baseDn}\n`,
    );
    await mirror.change(directory(filter));
    expect(mirror.memberNames('group1')).toEqual(expect.arrayContaining(['user14', 'öse, "jr"']));
    expect(mirror.memberNames('group0')).not.toContain('user12');
    await expectSameAsFull(mirror, filter);
  });

  it('take a member for nobody whose name is another entry by now, or whose entry is out of sight', async () => {
    const filter = { userFilter: '(&(objectClass=inetOrgPerson)(!(employeeType=off)))' };
    await slapd.add(person('hidden', 'employeeType: off\n'));
    const mirror = await Mirror.of(directory(filter));
    // One moves away, another takes its name and is not in sight; a group that names it is told.
    await slapd.rename(userDn(13), 'uid=moved');
    await slapd.add(person('user13', 'employeeType: off\n'));
    const members = ['hidden', 'user13', 'user14'].map((uid) => `member: uid=${uid},ou=people,${slapd.baseDn}\n`);
    await slapd.modify(`dn: ${groupDn(2)}\nchangetype: modify\nreplace: member\n${members.join('')}`);
    await mirror.change(directory(filter));
    expect(mirror.memberNames('group2')).toEqual(['user14']);
    await expectSameAsFull(mirror, filter);
    // The name goes back to nobody, and then to one who is in sight.
    await slapd.delete(userDn(13));
    await slapd.add(person('user13'));
    await slapd.modify(`dn: ${groupDn(2)}\nchangetype: modify\nreplace: member\n${members.join('')}`);
    await mirror.change(directory(filter));
    expect(mirror.memberNames('group2')).toEqual(['user13', 'user14']);
    await expectSameAsFull(mirror, filter);
  });

  it('cannot be told where units moved, the source changed, or the cursor is foreign', async () => {
    const mirror = await Mirror.of(directory());
    const { cursor } = mirror;
    const attempt = (stored: string, more: object = {}) => {
      mirror.cursor = stored;
      return mirror.change(directory(more));
    };
    await expect(attempt('no cursor')).rejects.toBeInstanceOf(ResyncRequired);
    await expect(attempt(cursor.slice(0, -9))).rejects.toBeInstanceOf(ResyncRequired);
    await expect(attempt(cursor, { userFilter: '(uid=a*)' })).rejects.toThrow(/filters/);
    await expect(attempt(cursor.replace(/"server":"[^"]+"/, '"server":"x"'))).rejects.toThrow(/another one/);
    await expect(attempt(cursor.replace(/"since":"20/, '"since":"29'))).rejects.toThrow(/behind/);
    await attempt(cursor);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await slapd.rename(`ou=people,${slapd.baseDn}`, 'ou=staff');
    await expect(attempt(cursor)).rejects.toThrow(/ou=staff/);
    await mirror.full(directory());
    await mirror.change(directory());
    await expectSameAsFull(mirror);
  });
});
