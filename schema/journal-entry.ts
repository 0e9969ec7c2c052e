import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { InstantColumn, type Instant } from './columns';
import { connectionOf } from './connection';
import { CallDirection } from './group.enums';
import { Node } from './node';
import { DateTime } from './scalars';
import { User } from './user';

@ObjectType({ implements: Node, description: 'A call in the journal of a person.' })
@Entity('journal_entry')
@Index('journal_by_owner', ['ownerId', 'startedAt', 'id'])
export class JournalEntry extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  ownerId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'ownerId', foreignKeyConstraintName: 'fk_journal_owner' })
  ownerRow?: Relation<User>;

  @Field(() => CallDirection, { simple: true, description: 'Received or made.' })
  @Column({ type: 'varchar', length: 16 })
  direction!: CallDirection;

  @Field({ simple: true, description: "The other party's number." })
  @Column({ type: 'varchar', length: 64 })
  remoteNumber!: string;

  @Field(() => DateTime, { simple: true, description: 'When the call began.' })
  @InstantColumn()
  startedAt!: Instant;

  @Field(() => Boolean, { name: 'private', description: 'Seen by its owner only.' })
  @Column({ type: 'boolean', default: false })
  isPrivate!: boolean;

  @Field(() => String, { simple: true, nullable: true, description: 'Free text.' })
  @Column({ type: 'text', nullable: true })
  memo!: string | null;
}

export const JournalEntryConnection = connectionOf(() => JournalEntry, 'JournalEntry');

@InputType({ description: 'A call to record.' })
export class RecordCallInput {
  @Field(() => ID, { description: 'In whose journal.' })
  ownerId!: string;

  @Field(() => CallDirection, { description: 'Received or made.' })
  direction!: CallDirection;

  @Field({ description: "The other party's number." })
  remoteNumber!: string;

  @Field(() => DateTime, { description: 'When the call began.' })
  startedAt!: number;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Seen by its owner only.' })
  private?: boolean | null;

  @Field(() => String, { nullable: true, description: 'Free text.' })
  memo?: string | null;
}
