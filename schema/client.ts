import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { InstantColumn, NullableText, type Instant } from './columns';
import { connectionOf } from './connection';
import { AssignmentKind, AuthType, FallbackKind } from './client.enums';
import { Group } from './group';
import { Node } from './node';
import { DateTime } from './scalars';
import { User } from './user';

@ObjectType({ implements: Node, description: 'An account of the operator console.' })
@Entity('client')
@Index('client_username', ['usernameKey'], { unique: true })
@Index('client_by_created', ['createdAt', 'id'])
@Index('client_by_user', ['userId'])
export class Client extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Sign-in name, unique whatever its case.' })
  @Column({ type: 'varchar', length: 255 })
  username!: string;

  @Column({ type: 'varchar', length: 255 })
  usernameKey!: string;

  @Field(() => AuthType, { simple: true, description: 'Who checks the password.' })
  @Column({ type: 'varchar', length: 16 })
  authType!: AuthType;

  /** Null where the directory holds the password (auth type CALLISTO). */
  @NullableText(255)
  passwordHash!: string | null;

  @Field({ simple: true, description: 'The administrator that exists from the first start.' })
  @Column({ type: 'boolean', default: false })
  builtIn!: boolean;

  /** Bits of `CLIENT_ROLES`. */
  @Column({ type: 'int' })
  rolesMask!: number;

  /** Bits of `CLIENT_PERMISSIONS`. */
  @Column({ type: 'int', default: 0 })
  permissionsMask!: number;

  @Column({ type: 'boolean', default: false })
  maskAll!: boolean;

  @Column({ type: 'int', default: 0 })
  maskDigits!: number;

  @Column({ type: 'varchar', length: 32, default: FallbackKind.NONE })
  fallbackKind!: FallbackKind;

  @Column({ type: 'int', nullable: true })
  fallbackTimeoutSeconds!: number | null;

  @NullableText(64)
  fallbackNumber!: string | null;

  @Column({ type: 'int', nullable: true })
  userId!: number | null;

  @ManyToOne(() => User, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userId', foreignKeyConstraintName: 'fk_client_user' })
  userRow?: Relation<User> | null;

  @Field(() => Int, { simple: true, description: "Rises with any change of the client's own fields." })
  @Column({ type: 'int', default: 1 })
  version!: number;

  @Field(() => DateTime, { simple: true, description: 'When it was created.' })
  @InstantColumn()
  createdAt!: Instant;

  @Field(() => DateTime, { simple: true, description: 'When it was last changed.' })
  @InstantColumn()
  updatedAt!: Instant;
}

export const ClientConnection = connectionOf(() => Client, 'Client');

@ObjectType({ implements: Node, description: 'A client attached to a group.' })
@Entity('group_assignment')
@Index('assignment_once', ['clientId', 'groupId'], { unique: true })
@Index('assignment_by_group', ['groupId', 'id'])
export class GroupAssignment extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  clientId!: number;

  @Column({ type: 'int' })
  groupId!: number;

  @ManyToOne(() => Client, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'clientId', foreignKeyConstraintName: 'fk_assignment_client' })
  clientRow?: Relation<Client>;

  @ManyToOne(() => Group, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'groupId', foreignKeyConstraintName: 'fk_assignment_group' })
  groupRow?: Relation<Group>;

  @Field(() => AssignmentKind, { simple: true, description: 'Owner or assignee.' })
  @Column({ type: 'varchar', length: 16 })
  kind!: AssignmentKind;

  @InstantColumn()
  createdAt!: Instant;
}

export const GroupAssignmentConnection = connectionOf(() => GroupAssignment, 'GroupAssignment');

@ObjectType({ description: 'Digits hidden on display. Digits 0 and all false: off.' })
export class MaskedDigits {
  @Field({ simple: true, description: 'The whole number.' })
  all!: boolean;

  @Field(() => Int, { simple: true, description: 'How many of the last digits become X.' })
  digits!: number;
}

@ObjectType({ description: 'What happens to a transferred call that nobody answers.' })
export class Fallback {
  @Field(() => FallbackKind, { simple: true, description: 'Where the call goes.' })
  kind!: FallbackKind;

  @Field(() => Int, {
    simple: true,
    nullable: true,
    description: "Seconds until then; less than the call manager's time-out.",
  })
  timeoutSeconds!: number | null;

  @Field(() => String, { simple: true, nullable: true, description: 'The number of CUSTOM_NUMBER.' })
  number!: string | null;
}
