import { Field, ObjectType } from 'type-graphql';
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
import { LineKind, Origin, UserState } from './enums';
import { Node } from './node';
import { DateTime } from './scalars';

/**
 * A person. `…Key` columns hold the folded text (`src/text.ts`) by which lists are searched and ordered, so that both
 * databases agree.
 */
@ObjectType({ implements: Node, description: 'A person: imported from a directory, or added by hand.' })
@Entity('user')
@Index('user_by_name', ['displayNameKey', 'id'])
@Index('user_by_user_id', ['userIdKey', 'id'])
@Index('user_by_department', ['departmentKey', 'id'])
@Index('user_by_updated', ['updatedAt', 'id'])
@Index('user_by_external_id', ['sourceId', 'externalId'])
export class User extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Login name in the directory: sAMAccountName, uid, CUCM userid.' })
  @Column({ type: 'varchar', length: 255 })
  userId!: string;

  @Column({ type: 'varchar', length: 255 })
  userIdKey!: string;

  @NullableText(255)
  externalId!: string | null;

  @Field(() => Origin, { simple: true, description: 'Where this person came from.' })
  @Column({ type: 'varchar', length: 32 })
  origin!: Origin;

  @Column({ type: 'int', nullable: true })
  sourceId!: number | null;

  @ManyToOne(() => DirectorySource, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'sourceId', foreignKeyConstraintName: 'fk_user_source' })
  sourceRow?: Relation<DirectorySource> | null;

  @Field(() => UserState, { simple: true, description: 'Life cycle: active, disabled or vanished.' })
  @Column({ type: 'varchar', length: 16 })
  state!: UserState;

  @Field(() => DateTime, {
    simple: true,
    nullable: true,
    description: 'Since when this person is gone from the directory.',
  })
  @InstantColumn({ nullable: true })
  vanishedAt!: Instant | null;

  @Field({ simple: true, description: 'Name as shown.' })
  @Column({ type: 'varchar', length: 255 })
  displayName!: string;

  @Column({ type: 'varchar', length: 255 })
  displayNameKey!: string;

  @Field(() => String, { simple: true, nullable: true, description: 'Given name.' })
  @NullableText()
  firstName!: string | null;

  @Index('user_by_first_name')
  @Column({ type: 'varchar', length: 255, default: '' })
  firstNameKey!: string;

  @Field(() => String, { simple: true, nullable: true, description: 'Family name.' })
  @NullableText()
  lastName!: string | null;

  @Index('user_by_last_name')
  @Column({ type: 'varchar', length: 255, default: '' })
  lastNameKey!: string;

  @Field(() => String, { simple: true, nullable: true, description: 'E-mail address.' })
  @NullableText()
  email!: string | null;

  @Index('user_by_email')
  @Column({ type: 'varchar', length: 255, default: '' })
  emailKey!: string;

  @Field(() => String, { simple: true, nullable: true, description: 'Department.' })
  @NullableText()
  department!: string | null;

  @Column({ type: 'varchar', length: 255, default: '' })
  departmentKey!: string;

  @Field(() => String, { simple: true, nullable: true, description: 'Job title.' })
  @NullableText()
  title!: string | null;

  @Field(() => String, { simple: true, nullable: true, description: 'Telephone number.' })
  @NullableText(64)
  telephoneNumber!: string | null;

  @Index('user_by_telephone')
  @Column({ type: 'varchar', length: 64, default: '' })
  telephoneKey!: string;

  @Field(() => String, { simple: true, nullable: true, description: 'Mobile number.' })
  @NullableText(64)
  mobileNumber!: string | null;

  @Index('user_by_mobile')
  @Column({ type: 'varchar', length: 64, default: '' })
  mobileKey!: string;

  @Field(() => String, {
    simple: true,
    nullable: true,
    description: 'user@domain name, as Active Directory and Teams use it.',
  })
  @NullableText()
  userPrincipalName!: string | null;

  @Index('user_by_upn')
  @Column({ type: 'varchar', length: 255, default: '' })
  userPrincipalNameKey!: string;

  @NullableText(64)
  primaryLineNumber!: string | null;

  @NullableText(8)
  primaryLineKind!: LineKind | null;

  @NullableText(64)
  secondaryLineNumber!: string | null;

  @NullableText(8)
  secondaryLineKind!: LineKind | null;

  @Column({ type: 'int', nullable: true })
  managerId!: number | null;

  /** Names of fields overridden by hand, separated by commas; a sync leaves them alone. */
  @Column({ type: 'varchar', length: 500, default: '' })
  locked!: string;

  /** Individual services: which are set by hand, and which of those are allowed (bits of `SERVICES`). */
  @Column({ type: 'int', default: 0 })
  servicesSet!: number;

  @Column({ type: 'int', default: 0 })
  servicesAllowed!: number;

  @InstantColumn()
  createdAt!: Instant;

  @InstantColumn()
  updatedAt!: Instant;
}

export const UserConnection = connectionOf(() => User, 'User');

/** What one source says of one person: the row a sync compares with, and the values a merge of several sources reads. */
@Entity('user_entry')
@Index('user_entry_by_user', ['userId'])
@Index('user_entry_by_user_id', ['sourceId', 'userIdKey'])
export class UserEntry {
  @PrimaryColumn({ type: 'int' })
  sourceId!: number;

  @PrimaryColumn({ type: 'varchar', length: 255 })
  externalId!: string;

  @Column({ type: 'int' })
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userId', foreignKeyConstraintName: 'fk_user_entry_user' })
  user?: Relation<User>;

  @ManyToOne(() => DirectorySource, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'sourceId', foreignKeyConstraintName: 'fk_user_entry_source' })
  source?: Relation<DirectorySource>;

  /** Digest of the record as read; empty forces a comparison at the next run. */
  @Column({ type: 'varchar', length: 32 })
  hash!: string;

  /** Folded user id of the record: unique among what one source tells. */
  @Column({ type: 'varchar', length: 255 })
  userIdKey!: string;

  /** The person whom this source names as manager. */
  @Column({ type: 'int', nullable: true })
  managerId!: number | null;

  /** The record's fields as the directory holds them. */
  @JsonColumn()
  fields!: Record<string, string | null>;

  @Column({ type: 'boolean', default: false })
  disabled!: boolean;

  @InstantColumn({ nullable: true })
  vanishedAt!: Instant | null;
}
