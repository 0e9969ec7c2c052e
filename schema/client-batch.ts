import { Field, Int, ObjectType } from 'type-graphql';
import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { InstantColumn, JsonColumn, NullableText, type Instant } from './columns';
import { connectionOf } from './connection';
import { RowOutcome } from './client.enums';
import { Node } from './node';

/** One bulk creation; its rows are written before the work starts, so that an interrupted batch goes on where it stopped. */
@ObjectType({ implements: Node, description: 'One bulk creation of clients.' })
@Entity('client_batch')
@Index('client_batch_by_finished', ['finished', 'id'])
export class ClientBatch extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Clients exist: repeat the call with SKIP or OVERWRITE.' })
  @Column({ type: 'boolean', default: false })
  needsDecision!: boolean;

  @Field({ simple: true, description: 'No row is left to do.' })
  @Column({ type: 'boolean', default: false })
  finished!: boolean;

  @Field(() => Int, { simple: true, description: 'Rows done.' })
  @Column({ type: 'int', default: 0 })
  done!: number;

  @Field(() => Int, { simple: true, description: 'Rows in all.' })
  @Column({ type: 'int' })
  total!: number;

  /** What every row gets: the checked input with the one password hash, never the password. */
  @JsonColumn()
  template!: Record<string, unknown>;

  @Column({ type: 'varchar', length: 300 })
  startedBy!: string;

  @NullableText(128)
  leaseOwner!: string | null;

  @InstantColumn({ nullable: true })
  leaseUntil!: Instant | null;

  @Column({ type: 'int', default: 0 })
  leaseToken!: number;

  @InstantColumn()
  createdAt!: Instant;
}

@ObjectType({ implements: Node, description: 'One user of a bulk creation.' })
@Entity('client_batch_row')
@Index('batch_row_by_outcome', ['batchId', 'outcome', 'position'])
export class ClientBatchRow extends Node {
  @PrimaryColumn({ type: 'int' })
  batchId!: number;

  /** Place in the batch, from 1. */
  @PrimaryColumn({ type: 'int' })
  position!: number;

  @ManyToOne(() => ClientBatch, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'batchId', foreignKeyConstraintName: 'fk_batch_row_batch' })
  batch?: Relation<ClientBatch>;

  @Column({ type: 'int', nullable: true })
  userId!: number | null;

  @Field({ simple: true, description: 'Username of the client: the user id.' })
  @Column({ type: 'varchar', length: 255 })
  username!: string;

  @Field(() => RowOutcome, { simple: true, description: 'What became of it.' })
  @Column({ type: 'varchar', length: 16 })
  outcome!: RowOutcome;

  @Column({ type: 'int', nullable: true })
  clientId!: number | null;

  @JsonColumn({ nullable: true })
  warnings!: string[] | null;

  /** Why it failed; of a row not done yet, why it is going to. */
  @NullableText(1024)
  error!: string | null;
}

export const ClientBatchRowConnection = connectionOf(() => ClientBatchRow, 'ClientBatchRow');
