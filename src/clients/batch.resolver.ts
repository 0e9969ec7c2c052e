import { setTimeout as pause } from 'node:timers/promises';
import {
  Arg,
  Args,
  Authorized,
  Ctx,
  FieldResolver,
  ID,
  Mutation,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Client } from '../../schema/client';
import { ClientBatch, ClientBatchRow, ClientBatchRowConnection } from '../../schema/client-batch';
import { RowOutcome } from '../../schema/client.enums';
import { CreateClientsInput } from '../../schema/client.input';
import type { Page } from '../../schema/connection';
import { PageArgs } from '../../schema/connection.input';
import { User } from '../../schema/user';
import type { Context } from '../context';
import { notFound } from '../errors';
import { keyOf } from '../ids';
import { loadUser } from '../users/user.nodes';
import { batchById, rowsOfBatches, type BatchRowRow } from './batch.reads';
import { loadClient } from './client.nodes';

/** How often a subscription looks for progress, in milliseconds. */
const INTERVAL = 200;

@Resolver(() => ClientBatch)
export class ClientBatchResolver {
  @Authorized('client:batch')
  @Query(() => ClientBatch, { nullable: true, description: 'One bulk creation. For administrators.' })
  clientBatch(
    @Arg('id', () => ID, { description: 'Its id.' }) id: string,
    @Ctx() { db }: Context,
  ): Promise<ClientBatch | null> {
    return batchById(db, keyOf('ClientBatch', id) ?? 0);
  }

  @FieldResolver(() => ClientBatchRowConnection, { description: 'Its rows, one a user, in the order given.' })
  async rows(
    @Root() batch: ClientBatch,
    @Args() page: PageArgs,
    @Arg('outcome', () => RowOutcome, { nullable: true, description: 'Only those with this outcome.' })
    outcome: RowOutcome | null,
    @Ctx() { db, loaders }: Context,
  ): Promise<Page<BatchRowRow>> {
    const query = { outcome: outcome ?? null, page };
    const name = `batch.rows:${JSON.stringify(query)}`;
    const found = await loaders.load(name, batch.id, (batches) => rowsOfBatches(db, batches, query));
    return found as Page<BatchRowRow>;
  }

  @Authorized('client:batch')
  @Mutation(() => ClientBatch, { description: 'Makes clients of people. Large batches go on in the background.' })
  async createClients(
    @Arg('input', { description: 'Whom, and what all of them get.' }) input: CreateClientsInput,
    @Ctx() { services, db, loaders }: Context,
  ): Promise<ClientBatch> {
    const id = await services.clientBatches.create(input);
    loaders.clear();
    const batch = await batchById(db, id);
    if (!batch) throw notFound('Batch');
    return batch;
  }
}

/** Progress of bulk creations. */
@Resolver()
export class ClientBatchProgressResolver {
  @Authorized('client:batch')
  @Subscription(() => ClientBatch, {
    name: 'clientBatch',
    description: 'A bulk creation now, and again whenever it has got on, until it is finished.',
    subscribe: ({ args, context }) => progressOf(context as Context, String((args as { id: string }).id)),
  })
  progress(@Root() batch: ClientBatch, @Arg('id', () => ID, { description: 'Its id.' }) _id: string): ClientBatch {
    return batch;
  }
}

/** @throws NOT_FOUND */
async function* progressOf({ db, loaders }: Context, id: string): AsyncGenerator<ClientBatch> {
  const key = keyOf('ClientBatch', id) ?? 0;
  for (let told = -1; ;) {
    const batch = await batchById(db, key);
    if (!batch) throw notFound('Batch', 'id');
    if (batch.done !== told || batch.finished) {
      told = batch.done;
      loaders.clear();
      yield batch;
    }
    if (batch.finished) return;
    await pause(INTERVAL);
  }
}

@Resolver(() => ClientBatchRow)
export class ClientBatchRowResolver {
  @FieldResolver(() => User, { nullable: true, description: 'The person; null where it is gone.' })
  user(@Root() row: BatchRowRow, @Ctx() context: Context): Promise<User | null> {
    return loadUser(context, row.userId);
  }

  @FieldResolver(() => Client, { nullable: true, description: 'The client that was made, overwritten or found.' })
  client(@Root() row: BatchRowRow, @Ctx() context: Context): Promise<Client | null> {
    return loadClient(context, row.clientId);
  }

  @FieldResolver(() => [String], { description: 'What is worth knowing though it was done.' })
  warnings(@Root() row: BatchRowRow): string[] {
    return row.warnings === null ? [] : (JSON.parse(row.warnings) as string[]);
  }

  @FieldResolver(() => String, { nullable: true, description: 'Why it failed.' })
  error(@Root() row: BatchRowRow): string | null {
    return row.outcome === RowOutcome.FAILED ? row.error : null;
  }
}
