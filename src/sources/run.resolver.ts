import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { DirectorySource } from '../../schema/directory-source';
import { JsonScalar } from '../../schema/scalars';
import {
  QuarantinedRecord,
  QuarantinedRecordConnection,
  RunCounts,
  RunProgress,
  SyncChange,
  SyncChangeConnection,
  SyncRun,
} from '../../schema/sync-run';
import { ChangeAction, RecordKind, RunMode } from '../../schema/sync.enums';
import { actorOf } from '../auth/viewer';
import type { Context } from '../context';
import { notFound } from '../errors';
import { keyOf } from '../ids';
import { changesOfRuns } from './change.reads';
import { quarantineOfRuns } from './run.reads';
import { loadRun, loadSource } from './source.nodes';
import { tools } from './source.resolver';

@Resolver(() => SyncRun)
export class RunResolver {
  @Authorized('sync:read')
  @Query(() => SyncRun, { nullable: true, description: 'One run.' })
  syncRun(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() context: Context,
  ): Promise<SyncRun | null> {
    return loadRun(context, keyOf('SyncRun', id));
  }

  @FieldResolver(() => DirectorySource, { description: 'The directory.' })
  async source(@Root() run: SyncRun, @Ctx() context: Context): Promise<DirectorySource> {
    const source = await loadSource(context, run.sourceId);
    if (!source) throw notFound('DirectorySource');
    return source;
  }

  @FieldResolver(() => RunCounts, { description: 'What changes, in numbers.' })
  counts(@Root() run: SyncRun): RunCounts {
    return run.counts;
  }

  @FieldResolver(() => RunProgress, { description: 'How far it has come.' })
  progress(@Root() run: SyncRun): RunProgress {
    return run.progress;
  }

  @FieldResolver(() => SyncChangeConnection, { description: 'What changes, one by one, as it is applied.' })
  async changes(
    @Root() run: SyncRun,
    @Args() args: PageArgs,
    @Arg('kind', () => RecordKind, { nullable: true, description: 'Only of this kind.' }) kind: RecordKind | null,
    @Arg('action', () => ChangeAction, { nullable: true, description: 'Only these.' }) action: ChangeAction | null,
    @Ctx() { db, loaders }: Context,
  ): Promise<Page<SyncChange>> {
    const name = `run.changes:${JSON.stringify([args, kind, action])}`;
    const found = await loaders.load(name, run.id, (runs) => changesOfRuns(db, runs, { kind, action }, args));
    return found as Page<SyncChange>;
  }

  @FieldResolver(() => QuarantinedRecordConnection, {
    description: 'Records that could not be imported, each with its reason.',
  })
  async quarantine(
    @Root() run: SyncRun,
    @Args() args: PageArgs,
    @Ctx() { db, loaders }: Context,
  ): Promise<Page<QuarantinedRecord>> {
    const name = `run.quarantine:${JSON.stringify(args)}`;
    return (await loaders.load(name, run.id, (runs) => quarantineOfRuns(db, runs, args))) as Page<QuarantinedRecord>;
  }

  @Authorized('sync:write')
  @Mutation(() => SyncRun, {
    description: 'Asks a worker to read a directory and compare it; with planOnly nothing is written.',
  })
  async startSync(
    @Arg('sourceId', () => ID, { description: 'The directory.' }) sourceId: string,
    @Arg('mode', () => RunMode, { nullable: true, defaultValue: RunMode.AUTO, description: 'How much is read.' })
    mode: RunMode | null,
    @Arg('planOnly', () => Boolean, { nullable: true, defaultValue: false, description: 'Stop at the plan.' })
    planOnly: boolean | null,
    @Ctx() context: Context,
  ): Promise<SyncRun> {
    const { runs } = context.services;
    return reload(context, await runs.start(sourceId, mode ?? RunMode.AUTO, planOnly ?? false));
  }

  @Authorized('sync:write')
  @Mutation(() => SyncRun, { description: 'Applies exactly the stored plan of a run.' })
  async applySync(
    @Arg('runId', () => ID, { description: 'The run.' }) runId: string,
    @Arg('confirmRemovals', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Also beyond the removal limits.',
    })
    confirmRemovals: boolean | null,
    @Ctx() context: Context,
  ): Promise<SyncRun> {
    return reload(context, await context.services.runs.apply(runId, confirmRemovals ?? false));
  }

  @Authorized('sync:write')
  @Mutation(() => SyncRun, { description: 'Ends a run that has not been applied.' })
  async cancelSync(
    @Arg('runId', () => ID, { description: 'The run.' }) runId: string,
    @Ctx() context: Context,
  ): Promise<SyncRun> {
    return reload(context, await context.services.runs.cancel(runId));
  }

  @Authorized('sync:write')
  @Mutation(() => SyncRun, { description: 'Takes the latest applied run of a directory back.' })
  async revertSync(
    @Arg('runId', () => ID, { description: 'The run.' }) runId: string,
    @Ctx() context: Context,
  ): Promise<SyncRun> {
    await tools(context).revert(runId, actorOf(context.viewer));
    return reload(context, keyOf('SyncRun', runId) ?? 0);
  }
}

@Resolver(() => QuarantinedRecord)
export class QuarantinedRecordResolver {
  @FieldResolver(() => JsonScalar, { description: 'What was read, without secrets.' })
  raw(@Root() record: QuarantinedRecord): unknown {
    return typeof record.raw === 'string' ? JSON.parse(record.raw) : record.raw;
  }
}

async function reload(context: Context, id: number): Promise<SyncRun> {
  context.loaders.clear();
  const run = await loadRun(context, id);
  if (!run) throw notFound('SyncRun', 'runId');
  return run;
}
