import DataLoader from 'dataloader';
import { inList, type Database } from '../database';
import type { Sql } from '../paging';
import type { Viewer } from './viewer';

/**
 * Which rows the viewer may know of (requirements V4, V6, V7). `all` viewers see everything of the directory; a USER
 * client sees the groups it owns or is assigned to and those of its linked user, the users of those groups, and its
 * linked user; an owner of a manual group sees all users. Computed once a request, when first needed.
 */
export class Scope {
  private groups: Promise<number[]> | null = null;
  private owns: Promise<boolean> | null = null;
  /** Those asked about at once are looked up by one statement; nothing is remembered, for a mutation may follow. */
  private readonly members = new DataLoader<number, boolean>((users) => this.areMembers(users), { cache: false });

  constructor(
    private readonly db: Database,
    private readonly viewer: Viewer,
  ) {}

  /** Sees every user and group: administrators, and supervisors with CONTACT_MANAGER. */
  get all(): boolean {
    return this.viewer.isAdmin || (this.viewer.kind === 'staff' && this.viewer.modules.has('CONTACT_MANAGER'));
  }

  /** Sees all fields (administrators), or is that very user. */
  seesInFull(userId: number): boolean {
    return this.viewer.isAdmin || (this.viewer.userId !== null && this.viewer.userId === userId);
  }

  /** Sees what a person's settings say: whoever sees everything of the directory, and the person itself (V4, V5). */
  seesPrivate(userId: number): boolean {
    return this.all || (this.viewer.userId !== null && this.viewer.userId === userId);
  }

  /** Keys of the groups a USER client sees. */
  groupIds(): Promise<number[]> {
    return (this.groups ??= this.readGroupIds());
  }

  /** Owner of at least one manual group: may choose members among all users (V6). */
  ownsManualGroup(): Promise<boolean> {
    return (this.owns ??= this.readOwnership());
  }

  async seesGroup(groupId: number): Promise<boolean> {
    return this.all || (await this.groupIds()).includes(groupId);
  }

  async seesUser(userId: number): Promise<boolean> {
    if (this.all || this.viewer.userId === userId) return true;
    if (this.viewer.kind !== 'client') return false;
    if (await this.ownsManualGroup()) return true;
    return this.members.load(userId);
  }

  /** A condition on `alias.id` of user rows; null where all are seen. */
  async usersSql(alias: string): Promise<Sql | null> {
    if (this.all) return null;
    if (this.viewer.kind !== 'client') return { sql: '1 = 0', params: [] };
    if (await this.ownsManualGroup()) return null;
    const groups = inList(await this.groupIds());
    return {
      sql: `${alias}.id = ? OR ${alias}.id IN (SELECT m.userId FROM membership m WHERE m.groupId IN ${groups.sql})`,
      params: [this.viewer.userId ?? 0, ...groups.params],
    };
  }

  /** A condition on a column that holds group keys; null where all are seen. */
  async groupsSql(column: string): Promise<Sql | null> {
    if (this.all) return null;
    const groups = inList(await this.groupIds());
    return { sql: `${column} IN ${groups.sql}`, params: groups.params };
  }

  private async areMembers(users: readonly number[]): Promise<boolean[]> {
    const [groups, among] = [inList(await this.groupIds()), inList(users)];
    const rows = await this.db.rows<{ userId: number }>(
      `SELECT DISTINCT userId FROM membership WHERE userId IN ${among.sql} AND groupId IN ${groups.sql}`,
      [...among.params, ...groups.params],
    );
    const found = new Set(rows.map((row) => row.userId));
    return users.map((userId) => found.has(userId));
  }

  private async readGroupIds(): Promise<number[]> {
    if (this.viewer.kind !== 'client') return [];
    const rows = await this.db.rows<{ groupId: number }>(
      'SELECT groupId FROM group_assignment WHERE clientId = ? UNION SELECT groupId FROM membership WHERE userId = ?',
      [this.viewer.id, this.viewer.userId ?? 0],
    );
    return rows.map((row) => row.groupId);
  }

  private async readOwnership(): Promise<boolean> {
    if (this.viewer.kind !== 'client') return false;
    const row = await this.db.first(
      `SELECT 1 AS found FROM group_assignment a JOIN user_group g ON g.id = a.groupId
       WHERE a.clientId = ? AND a.kind = 'OWNER' AND g.origin = 'MANUAL' LIMIT 1`,
      [this.viewer.id],
    );
    return row !== null;
  }
}
