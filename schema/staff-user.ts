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
import { Node } from './node';
import { Queue } from './queue';
import { DateTime } from './scalars';
import { Codec, Nat, StaffRole, Transport } from './staff.enums';
import { User } from './user';
import { UserProfile } from './user-profile';

@ObjectType({ implements: Node, description: 'An account of call-centre staff: an administrator or a supervisor.' })
@Entity('staff_user')
@Index('staff_user_username', ['usernameKey'], { unique: true })
@Index('staff_user_email', ['emailKey'], { unique: true })
@Index('staff_user_extension', ['extension'], { unique: true })
@Index('staff_user_by_name', ['fullNameKey', 'id'])
@Index('staff_user_by_profile', ['userProfileId'])
@Index('staff_user_by_user', ['userId'])
export class StaffUser extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field(() => StaffRole, { simple: true, description: 'Administrator or supervisor.' })
  @Column({ type: 'varchar', length: 16 })
  role!: StaffRole;

  @Field({ simple: true, description: 'Name as shown.' })
  @Column({ type: 'varchar', length: 255 })
  fullName!: string;

  @Column({ type: 'varchar', length: 255 })
  fullNameKey!: string;

  @Field({ simple: true, description: 'Sign-in name: letters, digits, dots and underscores. It never changes.' })
  @Column({ type: 'varchar', length: 255 })
  username!: string;

  @Column({ type: 'varchar', length: 255 })
  usernameKey!: string;

  @Field({ simple: true, description: 'Where links to reset the password are sent; unique among staff.' })
  @Column({ type: 'varchar', length: 255 })
  email!: string;

  /** Lower case, but not folded: two addresses that differ by an accent are two. */
  @Column({ type: 'varchar', length: 255 })
  emailKey!: string;

  @Field({ simple: true, description: 'Internal number; unique.' })
  @Column({ type: 'varchar', length: 32 })
  extension!: string;

  @Column({ type: 'varchar', length: 255 })
  passwordHash!: string;

  @Field(() => Boolean, { simple: true, description: 'The administrator that exists from the first start.' })
  @Column({ type: 'boolean', default: false })
  builtIn!: boolean;

  @Column({ type: 'int', nullable: true })
  userProfileId!: number | null;

  @ManyToOne(() => UserProfile, { onDelete: 'NO ACTION', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userProfileId', foreignKeyConstraintName: 'fk_staff_user_profile' })
  userProfileRow?: Relation<UserProfile> | null;

  /** Name of the image below the avatars' folder; it tells its content's digest and type. */
  @NullableText(100)
  avatarFile!: string | null;

  @Column({ type: 'varchar', length: 8 })
  transport!: Transport;

  @Column({ type: 'varchar', length: 16 })
  nat!: Nat;

  /** In order, separated by commas. */
  @Column({ type: 'varchar', length: 100 })
  codecs!: string;

  @Column({ type: 'varchar', length: 80 })
  context!: string;

  /** Numbers from 0 to 63, separated by commas. */
  @Column({ type: 'varchar', length: 255, default: '' })
  callGroups!: string;

  @Column({ type: 'varchar', length: 255, default: '' })
  pickupGroups!: string;

  @InstantColumn({ nullable: true })
  lastPasswordResetAt!: Instant | null;

  @Column({ type: 'int', nullable: true })
  userId!: number | null;

  @ManyToOne(() => User, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userId', foreignKeyConstraintName: 'fk_staff_user_user' })
  userRow?: Relation<User> | null;

  @Field(() => Int, { simple: true, description: "Rises with any change of the staff user's own fields." })
  @Column({ type: 'int', default: 1 })
  version!: number;

  @InstantColumn()
  createdAt!: Instant;

  @InstantColumn()
  updatedAt!: Instant;
}

export const StaffUserConnection = connectionOf(() => StaffUser, 'StaffUser');

/** A queue granted to a staff user directly, beside those of the profile. */
@Entity('staff_user_queue')
@Index('staff_user_queue_by_queue', ['queueId'])
export class StaffUserQueue {
  @PrimaryColumn({ type: 'int' })
  staffUserId!: number;

  @PrimaryColumn({ type: 'int' })
  queueId!: number;

  @ManyToOne(() => StaffUser, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'staffUserId', foreignKeyConstraintName: 'fk_staff_user_queue_staff' })
  staffUser?: Relation<StaffUser>;

  @ManyToOne(() => Queue, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'queueId', foreignKeyConstraintName: 'fk_staff_user_queue_queue' })
  queue?: Relation<Queue>;
}

@ObjectType({ description: "Settings of a staff user's telephone." })
export class VoiceSettings {
  @Field(() => Transport, { simple: true, description: 'How the telephone carries SIP.' })
  transport!: Transport;

  @Field(() => Nat, { simple: true, description: 'How address translation is treated.' })
  nat!: Nat;

  @Field(() => [Codec], { simple: true, description: 'Codecs, the preferred first.' })
  allowedCodecs!: Codec[];

  @Field({ simple: true, description: 'Dial plan context.' })
  context!: string;

  @Field(() => [Int], { simple: true, description: 'Groups in which calls to this telephone ring: 0 to 63.' })
  callGroups!: number[];

  @Field(() => [Int], { simple: true, description: 'Call groups whose calls this telephone may pick up: 0 to 63.' })
  pickupGroups!: number[];
}

@ObjectType({ description: 'What the Security Suite tells of an account.' })
export class SecuritySuite {
  @Field(() => DateTime, {
    simple: true,
    nullable: true,
    description: 'When the password was last changed; null: never.',
  })
  lastPasswordResetAt!: Instant | null;
}
