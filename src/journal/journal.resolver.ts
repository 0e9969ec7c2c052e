import { Arg, Args, Authorized, Ctx, FieldResolver, ID, Mutation, Query, Resolver, Root } from 'type-graphql';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { JournalEntry, JournalEntryConnection, RecordCallInput } from '../../schema/journal-entry';
import { User } from '../../schema/user';
import type { Context } from '../context';
import { badInput, forbidden, notFound } from '../errors';
import { canEditMemo, canSetPrivate } from '../groups/journal-rules';
import { keyOf } from '../ids';
import { resolvePaging } from '../paging';
import { loadUser, visibleUser } from '../users/user.nodes';
import { accessTo, loadEntry, visibleEntry } from './journal.access';
import { listEntries } from './journal.reads';

@Resolver(() => JournalEntry)
export class JournalResolver {
  @Authorized('journal:read')
  @Query(() => JournalEntryConnection, {
    description: "A journal as the viewer may see it, newest first; one's own where nobody is named.",
  })
  async journal(
    @Arg('ownerId', () => ID, { nullable: true, description: 'Whose.' }) ownerId: string | null,
    @Args() page: PageArgs,
    @Ctx() context: Context,
  ): Promise<Page<JournalEntry>> {
    const owner = ownerId ? keyOf('User', ownerId) : context.viewer.userId;
    const access = owner === null ? 'NONE' : await accessTo(context, owner);
    if (owner !== null && access !== 'NONE') return listEntries(context.db, owner, access === 'OWN', page);
    resolvePaging(page, 2);
    return emptyPage();
  }

  @FieldResolver(() => User, { description: 'In whose journal it is.' })
  async owner(@Root() entry: JournalEntry, @Ctx() context: Context): Promise<User> {
    const user = await loadUser(context, entry.ownerId);
    if (!user) throw notFound('User');
    return user;
  }

  @FieldResolver(() => Boolean, { name: 'private', description: 'Seen by its owner only.' })
  private(@Root() entry: JournalEntry): boolean {
    return Boolean(entry.isPrivate);
  }

  @FieldResolver(() => Boolean, { description: 'Whether the viewer may change the memo.' })
  async editableByViewer(@Root() entry: JournalEntry, @Ctx() context: Context): Promise<boolean> {
    return canEditMemo(await accessTo(context, entry.ownerId), Boolean(entry.isPrivate));
  }

  @Authorized('journal:write')
  @Mutation(() => JournalEntry, { description: 'Puts a call into a journal; a client into that of its own user.' })
  async recordCall(
    @Arg('input', { description: 'The call.' }) input: RecordCallInput,
    @Ctx() context: Context,
  ): Promise<JournalEntry> {
    const owner = await visibleUser(context, keyOf('User', input.ownerId));
    if (!owner) throw notFound('User', 'ownerId');
    const { viewer, services } = context;
    if (!viewer.isAdmin && viewer.userId !== owner.id) throw forbidden('A client does this for its own user only.');
    return entry(context, await services.journal.record(owner.id, input));
  }

  @Authorized('journal:write')
  @Mutation(() => JournalEntry, {
    description: 'Changes the memo of a call, or marks it private, which only its owner may.',
  })
  async updateJournalEntry(
    @Arg('id', () => ID, { description: 'The entry.' }) id: string,
    @Arg('memo', () => String, { nullable: true, description: 'The memo; null clears it.' })
    memo: string | null | undefined,
    @Arg('private', () => Boolean, { nullable: true, description: 'Seen by its owner only.' })
    isPrivate: boolean | null | undefined,
    @Ctx() context: Context,
  ): Promise<JournalEntry> {
    const found = await visibleEntry(context, keyOf('JournalEntry', id));
    if (!found) throw notFound('JournalEntry', 'id');
    if (isPrivate === null) throw badInput('private', 'private is true or false.');
    if (memo !== undefined && !canEditMemo(found.access, Boolean(found.entry.isPrivate))) throw forbidden();
    if (isPrivate !== undefined && !canSetPrivate(found.access))
      throw forbidden('Only its owner may mark an entry private.');
    await context.services.journal.update(found.entry.id, {
      ...(memo === undefined ? {} : { memo }),
      ...(isPrivate === undefined ? {} : { isPrivate }),
    });
    return entry(context, found.entry.id);
  }
}

async function entry(context: Context, id: number): Promise<JournalEntry> {
  context.loaders.clear();
  const row = await loadEntry(context, id);
  if (!row) throw notFound('JournalEntry');
  return row;
}

function emptyPage(): Page<JournalEntry> {
  return { nodes: [], hasNextPage: false, hasPreviousPage: false, cursorOf: () => '', count: () => Promise.resolve(0) };
}
