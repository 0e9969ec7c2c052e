import { createHash } from 'node:crypto';

/** An end user as the call manager's database has it. `uuid` is lower case, without braces. */
export interface SimulatedUser {
  uuid: string;
  userid: string;
  firstName: string;
  lastName: string;
  displayName: string;
  mailid: string;
  department: string;
  manager: string;
  title: string;
  telephoneNumber: string;
  mobileNumber: string;
  directoryUri: string;
  /** Pattern of the primary extension; a plus sign is escaped in it. */
  primaryExtension: string;
  status: '1' | '2';
  password: string;
}

export interface SimulatedGroup {
  uuid: string;
  name: string;
  /** uuid of the row that maps a user to the group → uuid of the user. */
  members: Map<string, string>;
}

export interface Change {
  id: number;
  type: 'User' | 'UserGroup';
  uuid: string;
  action: 'a' | 'u' | 'r';
}

/** The call manager keeps so many changes, and forgets the oldest. */
const QUEUE_LENGTH = 100_000;

/** The database of a simulated call manager: users in the order of their making, groups, and the queue of changes. */
export class SimulatedDirectory {
  readonly users = new Map<string, SimulatedUser>();
  readonly groups = new Map<string, SimulatedGroup>();
  readonly changes: Change[] = [];
  queueId = 'queue-1';
  nextChangeId = 1;

  addUser(attributes: Partial<SimulatedUser> & { userid: string }): SimulatedUser {
    const user = { ...blankUser(attributes.userid), ...attributes };
    this.users.set(user.uuid, user);
    this.note('User', user.uuid, 'a');
    return user;
  }

  updateUser(userid: string, attributes: Partial<SimulatedUser>): void {
    const user = this.userById(userid);
    if (!user) throw new Error(`There is no user ${userid}.`);
    Object.assign(user, attributes);
    this.note('User', user.uuid, 'u');
  }

  removeUser(userid: string): void {
    const user = this.userById(userid);
    if (!user) throw new Error(`There is no user ${userid}.`);
    this.users.delete(user.uuid);
    for (const group of this.groups.values()) {
      for (const [row, member] of group.members) if (member === user.uuid) group.members.delete(row);
    }
    this.note('User', user.uuid, 'r');
  }

  /** @param members user ids */
  setGroup(name: string, members: string[]): SimulatedGroup {
    const uuid = uuidOf(`group ${name}`);
    const rows = members.flatMap((userid): [string, string][] => {
      const user = this.userById(userid);
      return user ? [[uuidOf(`member ${name} ${userid}`), user.uuid]] : [];
    });
    const isNew = !this.groups.has(uuid);
    const group = { uuid, name, members: new Map(rows) };
    this.groups.set(uuid, group);
    this.note('UserGroup', uuid, isNew ? 'a' : 'u');
    return group;
  }

  removeGroup(name: string): void {
    const uuid = uuidOf(`group ${name}`);
    this.groups.delete(uuid);
    this.note('UserGroup', uuid, 'r');
  }

  /** As AXL does at a restart: another queue, without a past. */
  restart(): void {
    this.queueId = `queue-${Number(this.queueId.split('-')[1]) + 1}`;
    this.changes.length = 0;
    this.nextChangeId = 1;
  }

  userById(userid: string): SimulatedUser | undefined {
    // The made-up ids follow from the user id; only users with an id of their own have to be looked for.
    const guess = this.users.get(uuidOf(userid));
    if (guess?.userid === userid) return guess;
    const wanted = userid.toLowerCase();
    for (const user of this.users.values()) if (user.userid.toLowerCase() === wanted) return user;
    return undefined;
  }

  private note(type: Change['type'], uuid: string, action: Change['action']): void {
    this.changes.push({ id: this.nextChangeId++, type, uuid, action });
    if (this.changes.length > QUEUE_LENGTH) this.changes.splice(0, this.changes.length - QUEUE_LENGTH);
  }
}

/** Fills a directory with made-up people, the same for the same number: departments, managers, a few inactive. */
export function fill(directory: SimulatedDirectory, count: number): void {
  const departments = ['Sales', 'Support', 'Finance', 'Engineering', 'Logistics', 'Legal', 'Human Resources'];
  for (let index = 0; index < count; index += 1) {
    const userid = `user${String(index).padStart(6, '0')}`;
    directory.addUser({
      userid,
      firstName: `First${index}`,
      lastName: `Last${index}`,
      displayName: index % 3 === 0 ? '' : `Last${index}, First${index}`,
      mailid: `${userid}@example.com`,
      department: departments[index % departments.length] ?? '',
      manager: index % 20 === 0 ? '' : `user${String(index - (index % 20)).padStart(6, '0')}`,
      title: index % 20 === 0 ? 'Team lead' : '',
      telephoneNumber: `+4131${5000000 + index}`,
      mobileNumber: index % 2 === 0 ? `+4179${5000000 + index}` : '',
      directoryUri: `${userid}@example.com`,
      primaryExtension: `\\+4131${5000000 + index}`,
      status: index % 50 === 49 ? '2' : '1',
    });
  }
}

/** A stable made-up uuid. */
export function uuidOf(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20, 32)].join('-');
}

function blankUser(userid: string): SimulatedUser {
  return {
    uuid: uuidOf(userid),
    userid,
    firstName: '',
    lastName: userid,
    displayName: '',
    mailid: '',
    department: '',
    manager: '',
    title: '',
    telephoneNumber: '',
    mobileNumber: '',
    directoryUri: '',
    primaryExtension: '',
    status: '1',
    password: `${userid}-password`,
  };
}
