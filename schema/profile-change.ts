import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { ClientProfile } from './client-profile';
import { InstantColumn, JsonColumn, type Instant } from './columns';
import { connectionOf } from './connection';
import { Node } from './node';
import { ActionKind, ChangeCause, ChangeOutcome } from './profile.enums';
import { DateTime } from './scalars';
import { User } from './user';

@ObjectType({ description: 'What became of one action.' })
export class ActionResult {
  @Field(() => Int, { simple: true, description: 'Its place in its chain, from 1.' })
  position!: number;

  @Field(() => ActionKind, { simple: true, description: 'What it does.' })
  kind!: ActionKind;

  @Field(() => Boolean, { simple: true, description: 'Whether it is done.' })
  ok!: boolean;

  @Field(() => String, { simple: true, nullable: true, description: 'Why it is not.' })
  error!: string | null;
}

@ObjectType({ implements: Node, description: 'A change of the active profile of a user, or one that was dropped.' })
@Entity('profile_change')
@Index('profile_change_by_user', ['userId', 'at', 'id'])
@Index('profile_change_by_from', ['fromId'])
@Index('profile_change_by_to', ['toId'])
export class ProfileChange extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field(() => DateTime, { simple: true, description: 'When.' })
  @InstantColumn()
  at!: Instant;

  @Column({ type: 'int' })
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userId', foreignKeyConstraintName: 'fk_profile_change_user' })
  userRow?: Relation<User>;

  @Field(() => ChangeCause, { simple: true, description: 'By what.' })
  @Column({ type: 'varchar', length: 32 })
  cause!: ChangeCause;

  @Field(() => ChangeOutcome, { simple: true, description: 'What became of it.' })
  @Column({ type: 'varchar', length: 32 })
  outcome!: ChangeOutcome;

  @Column({ type: 'int', nullable: true })
  fromId!: number | null;

  @ManyToOne(() => ClientProfile, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'fromId', foreignKeyConstraintName: 'fk_profile_change_from' })
  fromRow?: Relation<ClientProfile> | null;

  @Column({ type: 'int', nullable: true })
  toId!: number | null;

  @ManyToOne(() => ClientProfile, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'toId', foreignKeyConstraintName: 'fk_profile_change_to' })
  toRow?: Relation<ClientProfile> | null;

  /** `ActionResult[]` of the chain of the profile that was left. */
  @JsonColumn({ nullable: true })
  leaving!: ActionResult[] | null;

  /** `ActionResult[]` of the chain of the profile that was entered. */
  @JsonColumn({ nullable: true })
  entering!: ActionResult[] | null;
}

export const ProfileChangeConnection = connectionOf(() => ProfileChange, 'ProfileChange');
