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
import { JsonColumn } from './columns';
import { Node } from './node';
import { Queue } from './queue';
import { Module, PermissionType } from './staff.enums';

@ObjectType({ description: 'What a module may be used for.' })
export class ModulePermission {
  @Field(() => Module, { simple: true, description: 'The module.' })
  module!: Module;

  @Field(() => PermissionType, {
    simple: true,
    description: "What for; the profile's default where the module names none.",
  })
  permissionType!: PermissionType;
}

/** Each module of a profile with its own permission type, or null for the profile's default. */
export type ProfileModules = Partial<Record<Module, PermissionType | null>>;

@ObjectType({ implements: Node, description: 'What supervisors of a kind may do and see.' })
@Entity('user_profile')
@Index('user_profile_by_name', ['nameKey', 'id'])
export class UserProfile extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Its name.' })
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  nameKey!: string;

  @Field(() => String, { simple: true, nullable: true, description: 'Free text.' })
  @Column({ type: 'varchar', length: 1024, nullable: true })
  description!: string | null;

  @Field(() => Boolean, {
    simple: true,
    description: 'The profile without permissions that exists from the first start.',
  })
  @Column({ type: 'boolean', default: false })
  builtIn!: boolean;

  @Field(() => PermissionType, { simple: true, description: 'Applies where a module names none.' })
  @Column({ type: 'varchar', length: 32 })
  defaultPermissionType!: PermissionType;

  @Field(() => Boolean, { simple: true, description: "Its holders see users' numbers and e-mail addresses masked." })
  @Column({ type: 'boolean', default: false })
  maskSensitiveData!: boolean;

  @JsonColumn()
  modulePermissions!: ProfileModules;
}

/** A queue that the holders of a profile may see. */
@Entity('user_profile_queue')
@Index('user_profile_queue_by_queue', ['queueId'])
export class UserProfileQueue {
  @PrimaryColumn({ type: 'int' })
  userProfileId!: number;

  @PrimaryColumn({ type: 'int' })
  queueId!: number;

  @ManyToOne(() => UserProfile, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userProfileId', foreignKeyConstraintName: 'fk_user_profile_queue_profile' })
  userProfile?: Relation<UserProfile>;

  @ManyToOne(() => Queue, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'queueId', foreignKeyConstraintName: 'fk_user_profile_queue_queue' })
  queue?: Relation<Queue>;
}
