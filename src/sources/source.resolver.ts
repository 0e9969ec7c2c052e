import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { Diagnosis, EntryExplanation } from '../../schema/diagnosis';
import { DirectorySource, RemovalLimits } from '../../schema/directory-source';
import { DirectorySourceInput } from '../../schema/directory-source.input';
import { JsonScalar } from '../../schema/scalars';
import { SyncRun, SyncRunConnection } from '../../schema/sync-run';
import { CheckStatus } from '../../schema/sync.enums';
import type { Context } from '../context';
import { AppError, notFound } from '../errors';
import { globalId, keyOf } from '../ids';
import { loadUser } from '../users/user.nodes';
import { runsOfSources } from './run.reads';
import { loadSource } from './source.nodes';
import { listSources, ownedCounts } from './source.reads';
import type { SourceTools } from './source-tools';

@Resolver(() => DirectorySource)
export class SourceResolver {
  @Authorized('source:read')
  @Query(() => [DirectorySource], { description: 'All directories, by priority and name.' })
  directorySources(@Ctx() { db }: Context): Promise<DirectorySource[]> {
    return listSources(db);
  }

  @Authorized('source:read')
  @Query(() => DirectorySource, { nullable: true, description: 'One directory.' })
  directorySource(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() context: Context,
  ): Promise<DirectorySource | null> {
    return loadSource(context, keyOf('DirectorySource', id));
  }

  @Authorized('source:read')
  @Query(() => EntryExplanation, {
    description: 'Why an entry of a directory is in or out, live from filter to decision.',
  })
  async explainEntry(
    @Arg('sourceId', () => ID, { description: 'The directory.' }) sourceId: string,
    @Arg('userId', { description: 'Login name in the directory.' }) userId: string,
    @Ctx() context: Context,
  ): Promise<EntryExplanation> {
    const settings = await context.services.sources.savedSettings(sourceId);
    const { userKey, ...explanation } = await tools(context).explain(settings, userId);
    return { ...explanation, user: await loadUser(context, userKey) };
  }

  @FieldResolver(() => JsonScalar, { description: 'Settings of the kind; secrets are never returned.' })
  settings(@Root() source: DirectorySource): unknown {
    return source.settings;
  }

  @FieldResolver(() => JsonScalar, { description: "Field to attribute, where it differs from the kind's default." })
  mapping(@Root() source: DirectorySource): unknown {
    return source.mapping;
  }

  @FieldResolver(() => [String], {
    description: 'By what people that another source knows are found again; empty: not at all.',
  })
  matchBy(@Root() source: DirectorySource): string[] {
    return source.matchBy;
  }

  @FieldResolver(() => RemovalLimits, { description: 'Beyond these a plan is refused unless confirmed.' })
  removalLimits(@Root() source: DirectorySource): RemovalLimits {
    return { maxCount: source.maxRemovalCount, maxPercent: source.maxRemovalPercent };
  }

  @FieldResolver(() => SyncRun, { nullable: true, description: 'The newest run.' })
  async lastRun(@Root() source: DirectorySource, @Ctx() { db, loaders }: Context): Promise<SyncRun | null> {
    const page = await loaders.load('source.lastRun', source.id, (ids) => runsOfSources(db, ids, { first: 1 }));
    return page?.nodes[0] ?? null;
  }

  @FieldResolver(() => SyncRunConnection, { description: 'Its runs, newest first.' })
  async runs(
    @Root() source: DirectorySource,
    @Args() args: PageArgs,
    @Ctx() { db, loaders }: Context,
  ): Promise<Page<SyncRun>> {
    const name = `source.runs:${JSON.stringify(args)}`;
    return (await loaders.load(name, source.id, (ids) => runsOfSources(db, ids, args))) as Page<SyncRun>;
  }

  @FieldResolver(() => Int, { description: 'People it knows, vanished ones left out.' })
  async userCount(@Root() source: DirectorySource, @Ctx() { db, loaders }: Context): Promise<number> {
    return (await loaders.load('source.counts', source.id, (ids) => ownedCounts(db, ids)))?.users ?? 0;
  }

  @FieldResolver(() => Int, { description: 'Groups it owns, vanished ones left out.' })
  async groupCount(@Root() source: DirectorySource, @Ctx() { db, loaders }: Context): Promise<number> {
    return (await loaders.load('source.counts', source.id, (ids) => ownedCounts(db, ids)))?.groups ?? 0;
  }

  @Authorized('source:write')
  @Mutation(() => DirectorySource, { description: 'Sets a directory up; nothing is read yet.' })
  async createDirectorySource(
    @Arg('input', { description: 'The directory.' }) input: DirectorySourceInput,
    @Ctx() context: Context,
  ): Promise<DirectorySource> {
    return reload(context, await context.services.sources.create(input));
  }

  @Authorized('source:write')
  @Mutation(() => DirectorySource, { description: 'Replaces the settings of a directory; omitted secrets are kept.' })
  async updateDirectorySource(
    @Arg('id', () => ID, { description: 'The directory.' }) id: string,
    @Arg('input', { description: 'All of its settings.' }) input: DirectorySourceInput,
    @Ctx() context: Context,
  ): Promise<DirectorySource> {
    return reload(context, await context.services.sources.update(id, input));
  }

  @Authorized('source:write')
  @Mutation(() => ID, { description: 'Removes a directory; all that it alone owns vanishes.' })
  async deleteDirectorySource(
    @Arg('id', () => ID, { description: 'The directory.' }) id: string,
    @Ctx() { services }: Context,
  ): Promise<string> {
    return globalId('DirectorySource', await services.sources.remove(id));
  }

  @Authorized('source:write')
  @Mutation(() => Diagnosis, {
    description: 'Looks at a directory with saved or unsaved settings, from its name to a sample; stores nothing.',
  })
  async diagnoseSource(
    @Arg('input', () => DirectorySourceInput, { nullable: true, description: 'Unsaved settings.' })
    input: DirectorySourceInput | null,
    @Arg('sourceId', () => ID, {
      nullable: true,
      description: 'A saved directory; with input, its secrets serve where none are given.',
    })
    sourceId: string | null,
    @Ctx() context: Context,
  ): Promise<Diagnosis> {
    const settings = await context.services.sources.settingsFor(input ?? null, sourceId ?? null);
    tools(context).validate(settings);
    const { checks, sampleUsers } = await tools(context).diagnose(settings);
    return { ok: checks.every((check) => check.status !== CheckStatus.FAILED), checks, sampleUsers };
  }
}

export function tools({ sourceTools }: Context): SourceTools {
  if (!sourceTools) throw new AppError('FEATURE_DISABLED', 'This server was started without connectors.');
  return sourceTools;
}

async function reload(context: Context, id: number): Promise<DirectorySource> {
  context.loaders.clear();
  const source = await loadSource(context, id);
  if (!source) throw notFound('DirectorySource');
  return source;
}
