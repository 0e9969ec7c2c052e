import { Field, Float, Int, ObjectType } from 'type-graphql';
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
import { DirectorySource } from './directory-source';
import { MembershipVia } from './enums';
import { Node } from './node';
import { DateTime, JsonScalar } from './scalars';
import { ChangeAction, RecordKind, RunMode, RunState } from './sync.enums';

@ObjectType({
  description:
    'Users and groups together; memberships are DIRECT and PRIMARY ones. A change of locked fields alone is `unchanged`.',
})
export class RunCounts {
  @Field(() => Int, { simple: true, description: 'New.' })
  created!: number;
  @Field(() => Int, { simple: true, description: 'Changed.' })
  updated!: number;
  @Field(() => Int, { simple: true, description: 'Gone from the directory.' })
  vanished!: number;
  @Field(() => Int, { simple: true, description: 'Returned.' })
  revived!: number;
  @Field(() => Int, { simple: true, description: 'Deleted after the grace period.' })
  purged!: number;
  @Field(() => Int, { simple: true, description: 'As they were.' })
  unchanged!: number;
  @Field(() => Int, { simple: true, description: 'Memberships added.' })
  membershipsAdded!: number;
  @Field(() => Int, { simple: true, description: 'Memberships removed.' })
  membershipsRemoved!: number;
  @Field(() => Int, { simple: true, description: 'Records that could not be imported.' })
  quarantined!: number;
  @Field(() => Int, { simple: true, description: 'Member values that are nobody imported.' })
  unresolvedMembers!: number;
}

@ObjectType({ description: 'How far a run has come.' })
export class RunProgress {
  @Field({ simple: true, description: 'What it is doing.' })
  phase!: string;
  @Field(() => Int, { simple: true, description: 'Records done in this phase.' })
  done!: number;
  @Field(() => Int, { simple: true, nullable: true, description: 'Records in all, where known.' })
  total!: number | null;
  @Field(() => Float, { simple: true, nullable: true, description: 'People read or written per second.' })
  usersPerSecond!: number | null;
}

/** One synchronization run. Leased by a worker: `leaseToken` rises with each claim and fences off the one before. */
@ObjectType({ implements: Node, description: 'One synchronization of one source: its plan, its counts, its end.' })
@Entity('sync_run')
@Index('sync_run_active', ['activeSourceId'], { unique: true })
@Index('sync_run_by_source', ['sourceId', 'id'])
@Index('sync_run_by_state', ['state', 'id'])
export class SyncRun extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  sourceId!: number;

  @ManyToOne(() => DirectorySource, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'sourceId', foreignKeyConstraintName: 'fk_run_source' })
  sourceRow?: Relation<DirectorySource>;

  /** The source while the run is under way (QUEUED, READING, APPLYING), else null: the unique index admits one a source. */
  @Column({ type: 'int', nullable: true })
  activeSourceId!: number | null;

  @Field(() => RunState, { simple: true, description: 'Where it stands.' })
  @Column({ type: 'varchar', length: 16 })
  state!: RunState;

  @Field(() => RunMode, { simple: true, description: 'How the directory is read.' })
  @Column({ type: 'varchar', length: 16 })
  mode!: RunMode;

  @Field(() => RunMode, { simple: true, description: 'How it was asked for.' })
  @Column({ type: 'varchar', length: 16 })
  requestedMode!: RunMode;

  @Field(() => String, { simple: true, nullable: true, description: 'Why AUTO or INCREMENTAL became FULL.' })
  @Column({ type: 'text', nullable: true })
  modeReason!: string | null;

  @Column({ type: 'boolean', default: false })
  planOnly!: boolean;

  /** Set by applySync: removals beyond the limits were confirmed. */
  @Column({ type: 'boolean', default: false })
  confirmed!: boolean;

  @Column({ type: 'boolean', default: false })
  cancelRequested!: boolean;

  @Field({ simple: true, description: 'The source was read to its end, with no limit, referral or time-out.' })
  @Column({ type: 'boolean', default: false })
  complete!: boolean;

  @Field(() => String, { simple: true, nullable: true, description: 'Why nothing was removed or applied.' })
  @Column({ type: 'text', nullable: true })
  refusal!: string | null;

  @Field(() => String, { simple: true, nullable: true, description: 'What ended it, in words.' })
  @Column({ type: 'text', nullable: true })
  error!: string | null;

  @JsonColumn()
  counts!: RunCounts;

  @JsonColumn()
  progress!: RunProgress;

  /** The source's last applied run when this plan was made; another since makes it stale. */
  @Column({ type: 'int', nullable: true })
  basedOnRunId!: number | null;

  /** Cursor to store with the source when this run is applied. */
  @Column({ type: 'text', nullable: true })
  nextCursor!: string | null;

  @NullableText(128)
  leaseOwner!: string | null;

  @InstantColumn({ nullable: true })
  leaseUntil!: Instant | null;

  @Column({ type: 'int', default: 0 })
  leaseToken!: number;

  @Field({ simple: true, description: 'Who started it.' })
  @Column({ type: 'varchar', length: 300 })
  startedBy!: string;

  @Field(() => DateTime, { simple: true, description: 'When it was asked for.' })
  @InstantColumn()
  startedAt!: Instant;

  @Field(() => DateTime, { simple: true, nullable: true, description: 'When it ended.' })
  @InstantColumn({ nullable: true })
  finishedAt!: Instant | null;

  @InstantColumn({ nullable: true })
  appliedAt!: Instant | null;
}

export const SyncRunConnection = connectionOf(() => SyncRun, 'SyncRun');

@ObjectType({ description: 'One field of a change.' })
export class FieldChange {
  @Field({ simple: true, description: 'The GraphQL field.' })
  field!: string;
  @Field(() => String, { simple: true, nullable: true, description: 'Value now; managers by userId, lines by number.' })
  before!: string | null;
  @Field(() => String, { simple: true, nullable: true, description: 'Value as the directory has it.' })
  after!: string | null;
  @Field({ simple: true, description: 'Overridden by hand: the sync leaves it alone.' })
  locked!: boolean;
}

/**
 * Rows of a plan that no list shows: ENTRY: what a source says of a person changed, the person did not. MANAGER: packed
 * managers of the plan's users. LINKS: a group's new digest and the groups directly inside it. UNRESOLVED: its member
 * values that are nobody. LOST: what a purge took with it, so that revert can bring it back.
 */
export type InternalKind = 'ENTRY' | 'MANAGER' | 'LINKS' | 'UNRESOLVED' | 'LOST';

/**
 * One row of a stored plan. Users and groups: one row each. Memberships: one row a group (or a part of one), whose edges
 * are packed, 4 bytes a user; `src/sources/change.reads.ts` unfolds them.
 */
@Entity('sync_change')
@Index('sync_change_by_kind', ['runId', 'kind', 'action', 'seq'])
@Index('sync_change_by_entity', ['entityId', 'action'])
export class SyncChangeRow {
  @PrimaryColumn({ type: 'int' })
  runId!: number;

  @PrimaryColumn({ type: 'int' })
  seq!: number;

  @ManyToOne(() => SyncRun, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'runId', foreignKeyConstraintName: 'fk_change_run' })
  run?: Relation<SyncRun>;

  @Column({ type: 'varchar', length: 16 })
  kind!: RecordKind | InternalKind;

  @Column({ type: 'varchar', length: 8 })
  action!: ChangeAction;

  /** Key of the user or group; null while a CREATE is not applied. */
  @Column({ type: 'int', nullable: true })
  entityId!: number | null;

  @Column({ type: 'varchar', length: 255 })
  externalId!: string;

  @Column({ type: 'varchar', length: 255 })
  label!: string;

  @NullableText(8)
  via!: MembershipVia | null;

  /** FieldChange[]. */
  @JsonColumn({ nullable: true })
  fields!: FieldChange[] | null;

  /** What apply needs beyond the fields, and what revert needs to take it back. */
  @JsonColumn({ nullable: true })
  body!: Record<string, unknown> | null;

  /** Packed edges of a MEMBERSHIP row. */
  @Column({ type: 'blob', nullable: true })
  edges!: Buffer | null;

  @Column({ type: 'int', default: 0 })
  edgeCount!: number;
}

@ObjectType('SyncChange', { implements: Node, description: 'One change of a plan.' })
export class SyncChange extends Node {
  id!: string;
  @Field(() => RecordKind, { simple: true, description: 'What it is about.' })
  kind!: RecordKind;
  @Field(() => ChangeAction, { simple: true, description: 'What it does.' })
  action!: ChangeAction;
  @Field({ simple: true, description: "The directory's id; of a membership `group/user`." })
  externalId!: string;
  @Field({ simple: true, description: 'Name to show.' })
  label!: string;
  @Field(() => MembershipVia, {
    simple: true,
    nullable: true,
    description: 'Of a membership: how the user is in the group.',
  })
  via!: MembershipVia | null;
  @Field(() => [FieldChange], { simple: true, description: 'Field by field.' })
  fields!: FieldChange[];
}

export const SyncChangeConnection = connectionOf(() => SyncChange, 'SyncChange');

@ObjectType({ implements: Node, description: 'A record of the directory that could not be imported.' })
@Entity('quarantined_record')
@Index('quarantine_by_run', ['runId', 'id'])
export class QuarantinedRecord extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  runId!: number;

  @ManyToOne(() => SyncRun, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'runId', foreignKeyConstraintName: 'fk_quarantine_run' })
  run?: Relation<SyncRun>;

  @Field(() => RecordKind, { simple: true, description: 'What it would have been.' })
  @Column({ type: 'varchar', length: 16 })
  kind!: RecordKind;

  @Field(() => String, { simple: true, nullable: true, description: "The directory's id, where it has one." })
  @NullableText(255)
  externalId!: string | null;

  @Field(() => String, { simple: true, nullable: true, description: 'Name to show.' })
  @NullableText(255)
  label!: string | null;

  @Field({ simple: true, description: 'Why it could not be imported.' })
  @Column({ type: 'varchar', length: 1024 })
  reason!: string;

  @Field(() => JsonScalar, { description: 'What was read, without secrets.' })
  @JsonColumn()
  raw!: Record<string, unknown>;
}

export const QuarantinedRecordConnection = connectionOf(() => QuarantinedRecord, 'QuarantinedRecord');
