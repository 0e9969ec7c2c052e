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
import { InstantColumn, NullableText, type Instant } from './columns';
import { connectionOf } from './connection';
import { DirectorySource } from './directory-source';
import { Origin } from './enums';
import { CallGroupMode, RingStrategy } from './group.enums';
import { Node } from './node';
import { DateTime } from './scalars';
import { User } from './user';

@ObjectType({ implements: Node, description: 'A group: of the console, of the directory, or made by hand.' })
@Entity('user_group')
@Index('group_by_name', ['nameKey', 'id'])
@Index('group_by_member_count', ['memberCount', 'id'])
@Index('group_by_external_id', ['sourceId', 'externalId'], { unique: true })
@Index('group_by_call_number', ['callNumber'])
export class Group extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Name; not unique.' })
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  nameKey!: string;

  @Field(() => String, { simple: true, nullable: true, description: 'Free text.' })
  @Column({ type: 'varchar', length: 1024, nullable: true })
  description!: string | null;

  @Field(() => Origin, { simple: true, description: 'Where this group came from.' })
  @Column({ type: 'varchar', length: 32 })
  origin!: Origin;

  @Column({ type: 'int', nullable: true })
  sourceId!: number | null;

  @ManyToOne(() => DirectorySource, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'sourceId', foreignKeyConstraintName: 'fk_group_source' })
  sourceRow?: Relation<DirectorySource> | null;

  @NullableText(255)
  externalId!: string | null;

  /** Digest of the record as read; null for manual groups, empty forces a comparison. */
  @NullableText(32)
  hash!: string | null;

  @Field(() => DateTime, {
    simple: true,
    nullable: true,
    description: 'Gone from its directory since; listed only when asked for.',
  })
  @InstantColumn({ nullable: true })
  vanishedAt!: Instant | null;

  @Field({ simple: true, description: 'False: membership stays listed, nothing of the group has influence.' })
  @Column({ type: 'boolean', default: true })
  settingsActive!: boolean;

  @Column({ type: 'int', nullable: true })
  leaderId!: number | null;

  @ManyToOne(() => User, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'leaderId', foreignKeyConstraintName: 'fk_group_leader' })
  leaderRow?: Relation<User> | null;

  @Column({ type: 'int', nullable: true })
  deputyId!: number | null;

  @ManyToOne(() => User, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'deputyId', foreignKeyConstraintName: 'fk_group_deputy' })
  deputyRow?: Relation<User> | null;

  /** Rights of members towards each other (bits of `RIGHTS`). */
  @Column({ type: 'int', default: 0 })
  memberRights!: number;

  /** Rights of leader and deputy towards the members. */
  @Column({ type: 'int', default: 0 })
  leaderRights!: number;

  @NullableText(64)
  lineNumber!: string | null;

  @Column({ type: 'int', default: 0 })
  lineRights!: number;

  /** Services allowed on the group (bits of `SERVICES`). */
  @Column({ type: 'int', default: 0 })
  servicesMask!: number;

  /** Flags of the group (bits of `GROUP_FLAGS`). */
  @Column({ type: 'int', default: 0 })
  flagsMask!: number;

  @Column({ type: 'varchar', length: 16, default: CallGroupMode.DISABLED })
  callMode!: CallGroupMode;

  @NullableText(64)
  callNumber!: string | null;

  @Column({ type: 'varchar', length: 16, default: RingStrategy.PARALLEL })
  callStrategy!: RingStrategy;

  @Column({ type: 'int', default: 15 })
  callStepSeconds!: number;

  @Field(() => Int, { simple: true, description: 'Number of people in it.' })
  @Column({ type: 'int', default: 0 })
  memberCount!: number;

  @Field(() => Int, { simple: true, description: "Rises with any change of the group's own fields." })
  @Column({ type: 'int', default: 1 })
  version!: number;

  @InstantColumn()
  createdAt!: Instant;

  @InstantColumn()
  updatedAt!: Instant;
}

export const GroupConnection = connectionOf(() => Group, 'Group');

/** A group directly inside another, as the directory holds it. */
@Entity('group_nesting')
@Index('group_nesting_by_child', ['childId'])
export class GroupNesting {
  @PrimaryColumn({ type: 'int' })
  parentId!: number;

  @PrimaryColumn({ type: 'int' })
  childId!: number;

  @ManyToOne(() => Group, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'parentId', foreignKeyConstraintName: 'fk_nesting_parent' })
  parent?: Relation<Group>;

  @ManyToOne(() => Group, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'childId', foreignKeyConstraintName: 'fk_nesting_child' })
  child?: Relation<Group>;
}
