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
import { User } from './user';

/** Key of the built-in role All: every user has it, without a row that says so. */
export const ROLE_ALL = 1;

@ObjectType({
  implements: Node,
  description: 'A role of users: what client profiles are offered to, with permissions.',
})
@Entity('role')
@Index('role_by_name', ['nameKey', 'id'])
export class Role extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Its name.' })
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  nameKey!: string;

  @Field(() => Boolean, { simple: true, description: 'The role All, which every user has.' })
  @Column({ type: 'boolean', default: false })
  builtIn!: boolean;

  @JsonColumn()
  permissions!: string[];
}

/** A role given to a user. Nobody is given the role All. */
@Entity('user_role')
@Index('user_role_by_role', ['roleId', 'userId'])
export class UserRole {
  @PrimaryColumn({ type: 'int' })
  userId!: number;

  @PrimaryColumn({ type: 'int' })
  roleId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userId', foreignKeyConstraintName: 'fk_user_role_user' })
  user?: Relation<User>;

  @ManyToOne(() => Role, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'roleId', foreignKeyConstraintName: 'fk_user_role_role' })
  role?: Relation<Role>;
}
