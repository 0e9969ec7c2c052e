import type { EntityManager } from 'typeorm';
import { Origin, UserState } from '../../schema/enums';
import { User } from '../../schema/user';
import type { CreateUserInput, LineInput, SetUserLinesInput, UpdateUserInput } from '../../schema/user.input';
import { audit } from '../audit/audit';
import { forUpdate, rowsIn } from '../database';
import { AppError, badInput, conflict, notFound } from '../errors';
import { globalId, keyOf } from '../ids';
import { recordRevision } from '../revision';
import type { ServiceDeps } from '../gateway';
import { cleanField, isLockable, keyColumns } from './user-fields';

const CREATABLE = [
  'userId',
  'displayName',
  'firstName',
  'lastName',
  'email',
  'department',
  'telephoneNumber',
  'mobileNumber',
  'userPrincipalName',
] as const;
const EDITABLE = [
  'displayName',
  'firstName',
  'lastName',
  'email',
  'department',
  'telephoneNumber',
  'mobileNumber',
] as const;

/** People added or changed by hand. Each method is one transaction and returns the key of the person. */
export class UserService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @throws BAD_USER_INPUT naming the field; CONFLICT where a manual user has that user id. */
  async create(input: CreateUserInput): Promise<number> {
    const fields = Object.fromEntries(CREATABLE.map((field) => [field, cleanField(field, input[field])]));
    const keys = keyColumns(fields);
    return this.write(async (em, now) => {
      const taken = await rowsIn(em, "SELECT id FROM user WHERE userIdKey = ? AND origin = 'MANUAL'", [
        keys['userIdKey'] ?? '',
      ]);
      if (taken.length > 0) throw conflict('A user added by hand has this user id.', 'userId');
      const user = em.create(User, {
        ...fields,
        ...keys,
        origin: Origin.MANUAL,
        state: UserState.ACTIVE,
        createdAt: now,
        updatedAt: now,
      });
      await em.save(user);
      await this.record(em, now, 'createUser', user.id, undefined, fields);
      return user.id;
    });
  }

  /**
   * Changes fields; of an imported person each changed field becomes locked. `lock` and `unlock` come after.
   * @throws NOT_FOUND, BAD_USER_INPUT naming the field.
   */
  async update(input: UpdateUserInput): Promise<number> {
    return this.write(async (em, now) => {
      const user = await this.locked(em, input.id);
      const given = EDITABLE.filter((field) => input[field] !== undefined);
      const after = Object.fromEntries(given.map((field) => [field, cleanField(field, input[field])]));
      const before = Object.fromEntries(given.map((field) => [field, user[field]]));
      const isImported = user.origin !== Origin.MANUAL;
      const locked = new Set(user.locked ? user.locked.split(',') : []);
      if (isImported) given.filter((field) => after[field] !== before[field]).forEach((field) => locked.add(field));
      const unlocked = this.applyLocks(locked, input);
      await em.update(User, user.id, { ...after, ...keyColumns(after), locked: [...locked].join(','), updatedAt: now });
      if (unlocked) await em.query("UPDATE user_entry SET hash = '' WHERE userId = ?", [user.id]);
      await this.record(
        em,
        now,
        'updateUser',
        user.id,
        { ...before, locked: user.locked },
        { ...after, locked: [...locked] },
      );
      return user.id;
    });
  }

  /** Unlocked fields get the directory's value at the next sync: the emptied hash makes it compare. */
  private applyLocks(locked: Set<string>, input: UpdateUserInput): boolean {
    for (const name of ['lock', 'unlock'] as const) {
      const unknown = input[name]?.find((field) => !isLockable(field));
      if (unknown !== undefined) throw badInput(name, `${name} names a field that users do not have.`);
    }
    input.lock?.forEach((field) => locked.add(field));
    return (input.unlock ?? []).filter((field) => locked.delete(field)).length > 0;
  }

  /** @throws DIRECTORY_OWNED for an imported person: it goes when its directory lets it go. */
  async remove(id: string): Promise<number> {
    return this.write(async (em, now) => {
      const user = await this.locked(em, id);
      if (user.origin !== Origin.MANUAL) throw new AppError('DIRECTORY_OWNED', 'This user is owned by its directory.');
      const groups = await rowsIn<{ groupId: number }>(em, 'SELECT groupId FROM membership WHERE userId = ?', [
        user.id,
      ]);
      const led = await rowsIn<{ id: number }>(em, 'SELECT id FROM user_group WHERE leaderId = ? OR deputyId = ?', [
        user.id,
        user.id,
      ]);
      await em.query('UPDATE user_group SET deputyId = NULL, leaderRights = 0 WHERE leaderId = ?', [user.id]);
      await em.query(
        'UPDATE user_group SET memberCount = memberCount - 1 WHERE id IN (SELECT m.groupId FROM membership m WHERE m.userId = ?)',
        [user.id],
      );
      await em.query('UPDATE user SET managerId = NULL WHERE managerId = ?', [user.id]);
      await em.delete(User, user.id);
      const memberships = groups.map(({ groupId }): [number, number] => [groupId, user.id]);
      await this.record(
        em,
        now,
        'deleteUser',
        user.id,
        { userId: user.userId, displayName: user.displayName },
        undefined,
        {
          memberships,
          groups: led.map((group) => group.id),
        },
      );
      return user.id;
    });
  }

  async setLines(input: SetUserLinesInput): Promise<number> {
    const primary = this.lineColumns('primary', input.primary);
    const secondary = this.lineColumns('secondary', input.secondary);
    return this.write(async (em, now) => {
      const user = await this.locked(em, input.userId);
      const locked = new Set(user.locked ? user.locked.split(',') : []);
      if (user.origin !== Origin.MANUAL) {
        if (input.primary !== undefined) locked.add('primaryLine');
        if (input.secondary !== undefined) locked.add('secondaryLine');
      }
      const changes = { ...primary, ...secondary };
      const before = Object.fromEntries(Object.keys(changes).map((column) => [column, user[column as keyof User]]));
      await em.update(User, user.id, { ...changes, locked: [...locked].join(','), updatedAt: now });
      await this.record(em, now, 'setUserLines', user.id, before, changes);
      return user.id;
    });
  }

  private lineColumns(
    which: 'primary' | 'secondary',
    line: LineInput | null | undefined,
  ): Record<string, string | null> {
    if (line === undefined) return {};
    const number = line === null ? null : line.number.trim();
    if (number === '' || (number?.length ?? 0) > 64)
      throw badInput(`${which}.number`, 'A line needs a number of at most 64 characters.');
    return { [`${which}LineNumber`]: number, [`${which}LineKind`]: line?.kind ?? null };
  }

  /** The row, locked until the transaction ends. */
  private async locked(em: EntityManager, id: string): Promise<User> {
    const key = keyOf('User', id);
    const [row] = key === null ? [] : await rowsIn<User>(em, `SELECT * FROM user WHERE id = ?${forUpdate(em)}`, [key]);
    if (!row) throw notFound('User', 'id');
    return row;
  }

  private write(work: (em: EntityManager, now: number) => Promise<number>): Promise<number> {
    return this.deps.db.write((em) => work(em, this.deps.clock.now()));
  }

  private async record(
    em: EntityManager,
    now: number,
    action: string,
    id: number,
    before: unknown,
    after: unknown,
    touched: { memberships?: [number, number][]; groups?: number[] } = {},
  ): Promise<void> {
    await audit(em, now, { actor: this.deps.actor, action, target: globalId('User', id), before, after });
    await recordRevision(em, { users: [id], ...touched });
  }
}
