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
import { InstantColumn, JsonColumn, type Instant } from './columns';
import { connectionOf } from './connection';
import { CallState, MembershipVia, Origin } from './enums';
import { Group } from './group';
import { Node } from './node';
import { DateTime } from './scalars';
import { User } from './user';

/**
 * A user in a group: one row for the two, PRIMARY before DIRECT before NESTED. Keyed by (groupId, userId), so the API id
 * survives every sync.
 */
@ObjectType({ implements: Node, description: 'A user in a group.' })
@Entity('membership')
@Index('membership_by_position', ['groupId', 'position', 'userId'])
@Index('membership_by_user', ['userId', 'groupId'])
export class Membership extends Node {
  @PrimaryColumn({ type: 'int' })
  groupId!: number;

  @PrimaryColumn({ type: 'int' })
  userId!: number;

  @ManyToOne(() => Group, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'groupId', foreignKeyConstraintName: 'fk_membership_group' })
  groupRow?: Relation<Group>;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userId', foreignKeyConstraintName: 'fk_membership_user' })
  userRow?: Relation<User>;

  @Field(() => MembershipVia, { simple: true, description: 'How the user is in the group.' })
  @Column({ type: 'varchar', length: 8 })
  via!: MembershipVia;

  /** NESTED: ids of the groups in between, outermost first, separated by commas. Null otherwise. */
  @Column({ type: 'varchar', length: 1024, nullable: true })
  pathIds!: string | null;

  @Field(() => Origin, { simple: true, description: 'Where the membership came from.' })
  @Column({ type: 'varchar', length: 32 })
  origin!: Origin;

  @Field(() => Int, { simple: true, description: 'Place among the members, from 1.' })
  @Column({ type: 'int' })
  position!: number;

  @Field(() => CallState, { simple: true, description: 'Whether the member takes calls of the group.' })
  @Column({ type: 'varchar', length: 16, default: CallState.LOGGED_IN })
  callState!: CallState;

  @Field(() => DateTime, { simple: true, description: 'Since when, as seen here.' })
  @InstantColumn()
  since!: Instant;
}

export const MembershipConnection = connectionOf(() => Membership, 'Membership');

/** A membership that ended, or that was held in another way (`via`, path): what `members(asOf:)` and reports of a past day read. */
@Entity('membership_history')
@Index('membership_history_by_group', ['groupId', 'until'])
@Index('membership_history_by_user', ['userId', 'until'])
export class MembershipHistory {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  groupId!: number;

  @Column({ type: 'int' })
  userId!: number;

  @Column({ type: 'varchar', length: 8 })
  via!: MembershipVia;

  @Column({ type: 'varchar', length: 1024, nullable: true })
  pathIds!: string | null;

  @Column({ type: 'varchar', length: 32 })
  origin!: Origin;

  @Column({ type: 'int' })
  position!: number;

  @Column({ type: 'varchar', length: 16, default: CallState.LOGGED_IN })
  callState!: CallState;

  @InstantColumn()
  since!: Instant;

  @InstantColumn()
  until!: Instant;

  @ManyToOne(() => Group, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'groupId', foreignKeyConstraintName: 'fk_history_group' })
  groupRow?: Relation<Group>;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userId', foreignKeyConstraintName: 'fk_history_user' })
  userRow?: Relation<User>;
}

/**
 * Member values of an imported group that are nobody imported, so that a later incremental run knows them when such a
 * person or group appears although the group itself did not change. In parts, because a text column holds 64 KiB.
 */
@Entity('unresolved_members')
export class UnresolvedMembers {
  @PrimaryColumn({ type: 'int' })
  groupId!: number;

  @PrimaryColumn({ type: 'int' })
  part!: number;

  @JsonColumn()
  refs!: string[];

  @ManyToOne(() => Group, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'groupId', foreignKeyConstraintName: 'fk_unresolved_group' })
  groupRow?: Relation<Group>;
}
