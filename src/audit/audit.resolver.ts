import { Args, Authorized, Ctx, FieldResolver, Query, Resolver, Root } from 'type-graphql';
import { AuditEntry, AuditEntryConnection } from '../../schema/audit-entry';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { JsonScalar } from '../../schema/scalars';
import { allows } from '../auth/policy';
import type { Context } from '../context';
import { auditEntriesByIds, listAudit } from './audit.reads';

@Resolver(() => AuditEntry)
export class AuditResolver {
  @Authorized('audit:read')
  @Query(() => AuditEntryConnection, { description: 'Who did what to whom, newest first.' })
  auditLog(@Args() page: PageArgs, @Ctx() { db }: Context): Promise<Page<AuditEntry>> {
    return listAudit(db, page);
  }

  @FieldResolver(() => JsonScalar, { description: 'What it was before and after; secrets are left out.' })
  detail(@Root() entry: AuditEntry): unknown {
    return typeof entry.detail === 'string' ? JSON.parse(entry.detail) : entry.detail;
  }
}

export const auditNodes = {
  AuditEntry: ({ db, viewer, loaders }: Context, key: number[]): Promise<AuditEntry | null> =>
    allows(viewer, 'audit:read')
      ? loaders.load('auditEntry', key[0] ?? 0, (ids) => auditEntriesByIds(db, ids))
      : Promise.resolve(null),
};
