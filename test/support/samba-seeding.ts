import type { SambaScripting } from './samba-scripting';

/** What the tests put into a domain. All people and groups lie in `peopleDn`, `CN=<name>,OU=People,…`. */
export interface SambaSeeding {
  /**
   * Adds the users user00000 … (from `start` on): UPN, given name, surname, mail, telephone, department, title,
   * employeeID; every tenth is disabled. About 500 a second.
   */
  seedUsers(count: number, start?: number): Promise<void>;
  /** A group with users that exist as its members, user00000 first. `seedLargeGroup('everybody', 5000)`: beyond MaxValRange. */
  seedLargeGroup(name: string, size: number): Promise<void>;
  /** Adds one user (sAMAccountName = name, forbidden characters as `_`) with further attributes; `userAccountControl` 514 is a disabled one. */
  addUser(name: string, attributes?: Record<string, string | string[]>): Promise<void>;
  /** Adds a security group; members are names of users or groups below `peopleDn`. */
  addGroup(name: string, members?: string[], attributes?: Record<string, string | string[]>): Promise<void>;
  addMembers(group: string, members: string[]): Promise<void>;
  removeMembers(group: string, members: string[]): Promise<void>;
  /** Sets attributes (replacing), or removes those given as an empty array. */
  setAttributes(name: string, attributes: Record<string, string | string[]>): Promise<void>;
  /** Sets bit 2 of userAccountControl, or clears it. */
  setDisabled(user: string, isDisabled?: boolean): Promise<void>;
  /** Makes the user a member where needed, then sets primaryGroupID, as Active Directory Users and Computers does. */
  setPrimaryGroup(user: string, group: string): Promise<void>;
  /** Groups `outer` ⊃ `middle` ⊃ `inner` ⊃ `outer` (a cycle); each has one of the three users given, in this order. */
  seedNestedGroups(users: [string, string, string]): Promise<void>;
  /** Gives the entry another name. */
  rename(name: string, newName: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Prepended to each script: names to DNs, and attribute dictionaries to messages. */
const TOOLS = `
def dn(name):
    result = ldb.Dn(db, ou)
    result.add_child('CN=X')
    result.set_component(0, 'CN', name)
    return result
def change(name, attributes, flag):
    message = ldb.Message(dn(name))
    for key, value in attributes.items():
        message[key] = ldb.MessageElement(value if isinstance(value, list) else [value], flag, key)
    db.modify(message)
def create(name, fixed, attributes):
    # sAMAccountName allows less than a common name does (MS-SAMR 3.1.1.6).
    account = ''.join('_' if character in '"/\\\\[]:;|=,+*?<>@' else character for character in name).strip('. ')
    entry = {'dn': str(dn(name)), 'sAMAccountName': account}
    entry.update(fixed)
    entry.update(attributes)
    db.add(entry)
def dns(names):
    return [str(dn(name)) for name in names]
def read(name, key):
    return str(db.search(dn(name), ldb.SCOPE_BASE, attrs=[key])[0][key])
`;

const SEED_USERS = `
for i in range(args['start'], args['start'] + args['count']):
    name = 'user%05d' % i
    create(name, {'objectClass': 'user'}, {
        'userPrincipalName': name + '@ad.example.test', 'mail': name + '@example.test',
        'givenName': 'Given%d' % (i % 50), 'sn': 'Sörn%d' % (i % 70), 'displayName': 'User Näme %05d' % i,
        'department': 'Department %d' % (i % 40), 'title': 'Title %d' % (i % 9),
        'telephoneNumber': '+49 30 %d' % (100000 + i), 'employeeID': str(70000 + i),
        'userAccountControl': '546' if i % 10 == 9 else '544'})
`;

const SET_PRIMARY_GROUP = `
rid = db.schema_format_value('objectSid', db.search(dn(args[1]), ldb.SCOPE_BASE, attrs=['objectSid'])[0]['objectSid'][0])
rid = rid.decode().rsplit('-', 1)[1]
if read(args[0], 'primaryGroupID') != rid:
    members = db.search(dn(args[1]), ldb.SCOPE_BASE, attrs=['member'])[0].get('member', [])
    if str(dn(args[0])).lower() not in [str(member).lower() for member in members]:
        change(args[1], {'member': dns([args[0]])}, ldb.FLAG_MOD_ADD)
    change(args[0], {'primaryGroupID': rid}, ldb.FLAG_MOD_REPLACE)
`;

const NESTED = `
for name, user in zip(['inner', 'middle', 'outer'], reversed(args)):
    create(name, {'objectClass': 'group'}, {'member': dns([user])})
for group, member in [('outer', 'middle'), ('middle', 'inner'), ('inner', 'outer')]:
    change(group, {'member': dns([member])}, ldb.FLAG_MOD_ADD)
`;

const CREATE = `
fixed = {'objectClass': args['kind']}
if args['kind'] == 'user': fixed['userAccountControl'] = '544'
if args['members']: fixed['member'] = dns(args['members'])
create(args['name'], fixed, args['attributes'])
`;

const SET_DISABLED = `
flags = int(read(args[0], 'userAccountControl'))
change(args[0], {'userAccountControl': str(flags | 2 if args[1] else flags & ~2)}, ldb.FLAG_MOD_REPLACE)
`;

/** The seeds, written through Samba's own database interface: all its rules hold, and it is fast. */
export function sambaSeeding({ python }: SambaScripting): SambaSeeding {
  const script = async (text: string, args: unknown) => {
    await python(TOOLS + text, args);
  };
  const create = (kind: string, name: string, members: string[], attributes: object) =>
    script(CREATE, { kind, name, members, attributes });
  return {
    seedUsers: (count, start = 0) => script(SEED_USERS, { count, start }),
    seedLargeGroup: (name, size) =>
      create(
        'group',
        name,
        Array.from({ length: size }, (_, i) => `user${String(i).padStart(5, '0')}`),
        {},
      ),
    addUser: (name, attributes = {}) => create('user', name, [], attributes),
    addGroup: (name, members = [], attributes = {}) => create('group', name, members, attributes),
    addMembers: (group, members) =>
      script("change(args[0], {'member': dns(args[1])}, ldb.FLAG_MOD_ADD)", [group, members]),
    removeMembers: (group, members) =>
      script("change(args[0], {'member': dns(args[1])}, ldb.FLAG_MOD_DELETE)", [group, members]),
    setAttributes: (name, attributes) => script('change(args[0], args[1], ldb.FLAG_MOD_REPLACE)', [name, attributes]),
    setDisabled: (user, isDisabled = true) => script(SET_DISABLED, [user, isDisabled]),
    setPrimaryGroup: (user, group) => script(SET_PRIMARY_GROUP, [user, group]),
    seedNestedGroups: (users) => script(NESTED, users),
    rename: (name, newName) => script('db.rename(dn(args[0]), dn(args[1]))', [name, newName]),
    remove: (name) => script('db.delete(dn(args))', name),
  };
}
