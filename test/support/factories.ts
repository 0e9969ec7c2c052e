import { Client, GroupAssignment } from '../../schema/client';
import { AssignmentKind, AuthType, ClientRole, Realm } from '../../schema/client.enums';
import { DirectorySource } from '../../schema/directory-source';
import { MembershipVia, Origin, UserState } from '../../schema/enums';
import { Group } from '../../schema/group';
import { CLIENT_ROLES, toMask } from '../../schema/masks';
import { Membership } from '../../schema/membership';
import { SourceKind } from '../../schema/sync.enums';
import { User } from '../../schema/user';
import { fold } from '../../src/text';
import { globalId } from '../../src/ids';
import { recordRevision } from '../../src/revision';
import type { TestGateway } from './gateway';

let serial = 0;

/** Writes people, groups and clients straight into a gateway's database, as an import or an administrator would leave them. */
export function factories(gateway: TestGateway) {
  const now = () => gateway.clock.now();

  /** A person; its global id. */
  async function person(name: string, fields: Partial<User> = {}): Promise<string> {
    return gateway.db.write(async (em) => {
      const userId = fields.userId ?? `${fold(name).replace(/\W/g, '.')}${++serial}`;
      const user = em.create(User, {
        userId,
        userIdKey: fold(userId),
        displayName: name,
        displayNameKey: fold(name),
        origin: Origin.MANUAL,
        state: UserState.ACTIVE,
        createdAt: now(),
        updatedAt: now(),
        ...fields,
      });
      await em.save(user);
      await recordRevision(em, { users: [user.id] });
      return globalId('User', user.id);
    });
  }

  /** A group with members; its global id. */
  async function group(name: string, members: string[] = [], fields: Partial<Group> = {}): Promise<string> {
    return gateway.db.write(async (em) => {
      const made = em.create(Group, {
        name,
        nameKey: fold(name),
        origin: Origin.MANUAL,
        memberCount: members.length,
        createdAt: now(),
        updatedAt: now(),
        ...fields,
      });
      await em.save(made);
      const users = members.map(keyIn);
      for (const [index, userId] of users.entries()) {
        await em.insert(Membership, {
          groupId: made.id,
          userId,
          via: MembershipVia.DIRECT,
          origin: made.origin,
          position: index + 1,
          since: now(),
        });
      }
      await recordRevision(em, {
        groups: [made.id],
        memberships: users.map((userId): [number, number] => [made.id, userId]),
      });
      return globalId('Group', made.id);
    });
  }

  /** A client of role USER, linked to a person or not: its id and a session. The name is made unique. */
  async function client(username: string, user: string | null = null, fields: Partial<Client> = {}) {
    const name = `${username}.${++serial}`;
    const id = await gateway.db.write(async (em) => {
      const made = em.create(Client, {
        username: name,
        usernameKey: fold(name),
        authType: AuthType.PROXY,
        rolesMask: toMask([ClientRole.USER], CLIENT_ROLES),
        userId: user === null ? null : keyIn(user),
        createdAt: now(),
        updatedAt: now(),
        ...fields,
      });
      await em.save(made);
      return made.id;
    });
    return { id: globalId('Client', id), token: await gateway.tokenFor(Realm.CLIENT, id) };
  }

  async function assign(
    clientId: string,
    groupId: string,
    kind: AssignmentKind = AssignmentKind.ASSIGNEE,
  ): Promise<void> {
    const row = { clientId: keyIn(clientId), groupId: keyIn(groupId), kind, createdAt: now() };
    await gateway.db.write((em) => em.insert(GroupAssignment, row));
  }

  /** A directory source, for rows that claim to be imported; its key. */
  async function source(name = `source ${++serial}`): Promise<number> {
    return gateway.db.write(async (em) => {
      const made = em.create(DirectorySource, {
        name,
        nameKey: fold(name),
        kind: SourceKind.LDAP,
        enabled: false,
        settings: {},
        mapping: {},
        matchBy: [],
        createdAt: now(),
        updatedAt: now(),
      });
      await em.save(made);
      return made.id;
    });
  }

  return { person, group, client, assign, source };
}

/** The database key in a global id. */
export function keyIn(id: string): number {
  return Number(id.slice(id.indexOf('_') + 1));
}
