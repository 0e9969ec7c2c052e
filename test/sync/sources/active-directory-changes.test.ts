import { ResyncRequired } from '../../../sync/source';
import { describeWith } from '../../support/availability';
import { startSambaAd, type SambaAd } from '../../support/samba-ad';

import { Mirror } from './mirror';
import { connectorOf } from './reading';

describeWith('samba', 'changes of Active Directory', () => {
  let ad: SambaAd;
  beforeAll(async () => {
    ad = await startSambaAd();
    await ad.seedUsers(40);
    await ad.seedLargeGroup('everybody', 40);
    await ad.addGroup('sales', ['user00001', 'user00002']);
    await ad.addGroup('support', ['user00003']);
    await ad.seedNestedGroups(['user00001', 'user00002', 'user00003']);
  }, 120_000);
  afterAll(() => ad.stop());

  const reader = () => ({ bindDn: ad.bindDn, password: ad.bindPassword });
  const administrator = () => ({ bindDn: ad.adminDn, password: ad.adminPassword });
  const directory = (account = reader(), more: object = {}) =>
    connectorOf('ACTIVE_DIRECTORY', {
      settings: { urls: [ad.url], bindDn: account.bindDn, baseDn: ad.baseDn, ...more },
      secrets: { bindPassword: account.password },
    });
  const expectSameAsFull = async (mirror: Mirror) => expect(mirror.state).toEqual((await Mirror.of(directory())).state);
  const primaryOf = (mirror: Mirror, userId: string) => {
    const user = [...mirror.users.values()].find(({ fields }) => fields.userId === userId);
    return mirror.groups.get(user?.primaryGroup ?? '')?.name;
  };

  it.each([
    ['a plain account', reader],
    ['an account that sees tombstones', administrator],
  ])('are all told to %s, and nothing else', async (_, account) => {
    const run = account === reader ? 'a' : 'b';
    const mirror = await Mirror.of(directory(account()));
    await mirror.change(directory(account()));
    expect(mirror.told).toEqual([]);
    await ad.addUser(`new-${run}`, { displayName: `New ${run}`, manager: `CN=user00001,${ad.peopleDn}` });
    await ad.addMembers('sales', [`new-${run}`]);
    await ad.setAttributes('user00005', { mail: `${run}@example.test` });
    await ad.setDisabled('user00006', account === reader);
    await ad.setPrimaryGroup('user00007', account === reader ? 'sales' : 'support');
    await ad.removeMembers('everybody', [account === reader ? 'user00008' : 'user00009']);
    await ad.rename(account === reader ? 'user00010' : 'user00011', `renamed-${run}`);
    await ad.remove(account === reader ? 'user00012' : 'user00013');
    await ad.addGroup(`nested-${run}`, ['support']);
    await ad.remove(account === reader ? 'inner' : 'middle');
    await mirror.change(directory(account()));
    expect(mirror.told.length).toBeLessThan(15);
    expect(primaryOf(mirror, 'user00007')).toBe(account === reader ? 'sales' : 'support');
    expect(mirror.memberNames('sales')).toContain(`new-${run}`);
    expect(mirror.memberNames(`nested-${run}`)).toEqual(['support']);
    await expectSameAsFull(mirror);
  });

  it('bring a user who is restored from the tombstones with the same id', async () => {
    const mirror = await Mirror.of(directory());
    await ad.remove('user00030');
    await mirror.change(directory());
    await ad.python(`
found = db.search(base, ldb.SCOPE_SUBTREE, '(&(isDeleted=TRUE)(sAMAccountName=user00030))', controls=['show_deleted:1'])[0]
message = ldb.Message(found.dn)
message['isDeleted'] = ldb.MessageElement([], ldb.FLAG_MOD_DELETE, 'isDeleted')
message['distinguishedName'] = ldb.MessageElement(['CN=user00030,' + ou], ldb.FLAG_MOD_REPLACE, 'distinguishedName')
db.modify(message, controls=['show_deleted:1'])`);
    await mirror.change(directory());
    expect(mirror.told).toContain('user user00030');
    await expectSameAsFull(mirror);
  });

  it('bring a user who moves out of the base and in again, with all groups', async () => {
    const within = { userBaseDn: ad.peopleDn };
    const mirror = await Mirror.of(directory(reader(), within));
    await ad.python("db.rename('CN=user00020,' + ou, 'CN=user00020,CN=Users,' + base)");
    await mirror.change(directory(reader(), within));
    expect(mirror.memberNames('everybody')).not.toContain('user00020');
    await ad.python("db.rename('CN=user00020,CN=Users,' + base, 'CN=user00020,' + ou)");
    await mirror.change(directory(reader(), within));
    expect(mirror.memberNames('everybody')).toContain('user00020');
    expect(mirror.state).toEqual((await Mirror.of(directory(reader(), within))).state);
  });

  it('cannot be told of another domain controller, of units that moved, or of a foreign cursor', async () => {
    const mirror = await Mirror.of(directory());
    const { cursor } = mirror;
    const attempt = (stored: string, more: object = {}) => {
      mirror.cursor = stored;
      return mirror.change(directory(reader(), more));
    };
    await expect(attempt('')).rejects.toBeInstanceOf(ResyncRequired);
    await expect(attempt('{"v":1}')).rejects.toBeInstanceOf(ResyncRequired);
    await expect(attempt(cursor.replace('ACTIVE_DIRECTORY', 'LDAP'))).rejects.toBeInstanceOf(ResyncRequired);
    await expect(attempt(cursor.replace(/"server":"\w/, '"server":"x'))).rejects.toThrow(/Another domain controller/);
    await expect(attempt(cursor.replace(/"since":"/, '"since":"9'))).rejects.toThrow(/behind/);
    await expect(attempt(cursor.replace(/"at":\d+/, '"at":1700000000000'))).rejects.toThrow(/days ago/);
    await expect(attempt(cursor, { groupFilter: '(cn=a*)' })).rejects.toThrow(/filters/);
    await attempt(cursor);
    await ad.python("db.rename(ou, 'OU=Staff,' + base)");
    await expect(attempt(cursor)).rejects.toThrow(/OU=Staff/);
    await ad.python("db.rename('OU=Staff,' + base, ou)");
  });
});
