import type { EntityManager } from 'typeorm';
import { DirectorySource } from '../../schema/directory-source';
import type { DirectorySourceInput } from '../../schema/directory-source.input';
import { audit } from '../audit/audit';
import { forUpdate, isDuplicateKey, rowsIn } from '../database';
import { AppError, badInput, conflict, notFound } from '../errors';
import type { ServiceDeps } from '../gateway';
import { globalId, keyOf } from '../ids';
import { recordRevision } from '../revision';
import { seal } from '../secrets';
import { letOwnedVanish } from './removal';
import { sourcesByIds } from './source.reads';
import { sourceColumns, sourceSecrets, type SourceColumns } from './source-input';
import { connectorSettings, sealContext, type ConnectorSettings } from './source-tools';

/** Directories as they are set up. Each method is one transaction and returns the key of the source. */
export class SourceService {
  constructor(private readonly deps: ServiceDeps) {}

  /** @throws BAD_USER_INPUT naming the field; CONFLICT where the name is taken. */
  async create(input: DirectorySourceInput): Promise<number> {
    const columns = sourceColumns(input);
    const secrets = sourceSecrets(input) ?? {};
    this.validate({ kind: input.kind, ...columns, secrets });
    return this.write(async (em, now) => {
      const source = em.create(DirectorySource, { ...columns, kind: input.kind, createdAt: now, updatedAt: now });
      await em.save(source);
      await this.storeSecrets(em, source.id, secrets);
      await this.record(em, now, 'createDirectorySource', source.id, undefined, { kind: input.kind, ...columns });
      return source.id;
    });
  }

  /**
   * Replaces everything but omitted secrets.
   * @throws NOT_FOUND, CONFLICT (name), BAD_USER_INPUT; the kind cannot change: what it owns has ids of that kind.
   */
  async update(id: string, input: DirectorySourceInput): Promise<number> {
    const columns = sourceColumns(input);
    return this.write(async (em, now) => {
      const before = await this.locked(em, id);
      if (before.kind !== input.kind) throw badInput('kind', 'The kind of a source cannot be changed: create another.');
      const { secretKey } = this.deps.config;
      const secrets = sourceSecrets(input) ?? connectorSettings(before, secretKey).secrets;
      this.validate({ kind: input.kind, ...columns, secrets });
      const isOtherDirectory = readsOtherwise(before, columns);
      await em.save(DirectorySource, {
        id: before.id,
        ...columns,
        // A cursor belongs to what was read: another scope starts with a full read, which compares everything anew.
        ...(isOtherDirectory ? { cursor: null } : {}),
        version: before.version + 1,
        updatedAt: now,
      });
      if (isOtherDirectory) await forgetHashes(em, before.id);
      await this.storeSecrets(em, before.id, secrets);
      await this.record(em, now, 'updateDirectorySource', before.id, shown(before), columns);
      return before.id;
    });
  }

  /** Lets all it owns vanish (S4). @throws NOT_FOUND, SYNC_IN_PROGRESS */
  async remove(id: string): Promise<number> {
    return this.write(async (em, now) => {
      const source = await this.locked(em, id);
      const active = await rowsIn(em, 'SELECT id FROM sync_run WHERE activeSourceId = ?', [source.id]);
      if (active.length > 0)
        throw new AppError('SYNC_IN_PROGRESS', 'A run of this source is under way: cancel it first.');
      await letOwnedVanish(em, source.id, now);
      await em.delete(DirectorySource, source.id);
      await this.record(em, now, 'deleteDirectorySource', source.id, shown(source), undefined);
      await recordRevision(em, { all: true });
      return source.id;
    });
  }

  /** The connector's settings of a saved source, or of unsaved ones; of both, the saved secrets serve where none are given. */
  async settingsFor(input: DirectorySourceInput | null, sourceId: string | null): Promise<ConnectorSettings> {
    const saved = sourceId === null ? null : await this.saved(sourceId);
    if (!input) {
      if (!saved) throw badInput('sourceId', 'Give input or sourceId.');
      return saved;
    }
    const { settings, mapping } = sourceColumns(input);
    return { kind: input.kind, settings, mapping, secrets: sourceSecrets(input) ?? saved?.secrets ?? {} };
  }

  private async saved(sourceId: string): Promise<ConnectorSettings & { id: number }> {
    const key = keyOf('DirectorySource', sourceId);
    const source = key === null ? null : (await sourcesByIds(this.deps.db, [key])).get(key);
    if (!source) throw notFound('DirectorySource', 'sourceId');
    return { id: source.id, ...connectorSettings(source, this.deps.config.secretKey) };
  }

  /** The saved settings with the key, for `explain`. */
  savedSettings(sourceId: string): Promise<ConnectorSettings & { id: number }> {
    return this.saved(sourceId);
  }

  private validate(source: ConnectorSettings): void {
    this.deps.sources?.validate(source);
  }

  private async storeSecrets(em: EntityManager, id: number, secrets: Record<string, unknown>): Promise<void> {
    const sealed =
      Object.keys(secrets).length === 0 ? null : seal(this.deps.config.secretKey, sealContext(id), secrets);
    await em.query('UPDATE directory_source SET secretsSealed = ? WHERE id = ?', [sealed, id]);
  }

  private async locked(em: EntityManager, id: string): Promise<DirectorySource> {
    const key = keyOf('DirectorySource', id);
    if (key !== null) await rowsIn(em, `SELECT id FROM directory_source WHERE id = ?${forUpdate(em)}`, [key]);
    const source = key === null ? null : await em.findOneBy(DirectorySource, { id: key });
    if (!source) throw notFound('DirectorySource', 'id');
    return source;
  }

  private async write(work: (em: EntityManager, now: number) => Promise<number>): Promise<number> {
    try {
      return await this.deps.db.write((em) => work(em, this.deps.clock.now()));
    } catch (error) {
      if (isDuplicateKey(error)) throw conflict('A source of this name exists.', 'name');
      throw error;
    }
  }

  private record(
    em: EntityManager,
    now: number,
    action: string,
    id: number,
    before: unknown,
    after: unknown,
  ): Promise<void> {
    return audit(em, now, { actor: this.deps.actor, action, target: globalId('DirectorySource', id), before, after });
  }
}

function shown(source: DirectorySource): Partial<DirectorySource> {
  const { name, kind, enabled, priority, schedule, settings, mapping, graceDays, matchBy } = source;
  return { name, kind, enabled, priority, schedule, settings, mapping, graceDays, matchBy };
}

/** Whether the changes make the same directory look otherwise: other places, filters, fields or groups. */
function readsOtherwise(before: DirectorySource, after: SourceColumns): boolean {
  const relevant = ({
    settings,
    mapping,
    groupsFromDepartment,
    followNestedGroups,
    matchBy,
    priority,
  }: SourceColumns | DirectorySource) =>
    JSON.stringify([settings, mapping, groupsFromDepartment, followNestedGroups, matchBy, priority]);
  return relevant(before) !== relevant(after);
}

/** Makes the next run compare every record field by field. */
async function forgetHashes(em: EntityManager, sourceId: number): Promise<void> {
  await em.query("UPDATE user_entry SET hash = '' WHERE sourceId = ?", [sourceId]);
  await em.query("UPDATE user_group SET hash = '' WHERE sourceId = ?", [sourceId]);
}
