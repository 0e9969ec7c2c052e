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
import { InstantColumn, type Instant } from './columns';
import { Node } from './node';
import { ProfileAssignment } from './profile.enums';
import { Role } from './role';
import { User } from './user';

/** Keys of the two SYSTEM profiles that exist from the first start. */
export const AVAILABLE = 1;
export const DND = 2;

@ObjectType({
  implements: Node,
  description:
    'How the telephones of a user behave: triggers that switch to it, and actions on entering and leaving it.',
})
@Entity('client_profile')
@Index('client_profile_by_name', ['nameKey', 'id'])
@Index('client_profile_by_owner', ['ownerId'])
export class ClientProfile extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Its name; not unique.' })
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  nameKey!: string;

  @Field({ simple: true, description: 'Colour of the icon.' })
  @Column({ type: 'varchar', length: 32 })
  color!: string;

  @Field({ simple: true, description: 'Name of the icon that shows the profile in the presence status.' })
  @Column({ type: 'varchar', length: 64 })
  icon!: string;

  @Field(() => Boolean, { simple: true, description: 'Whether the icon is shown.' })
  @Column({ type: 'boolean', default: true })
  iconVisible!: boolean;

  @Field(() => Boolean, { simple: true, description: 'Triggers do not override it.' })
  @Column({ type: 'boolean', default: false })
  sticky!: boolean;

  @Field(() => ProfileAssignment, { simple: true, description: 'Whose it is.' })
  @Column({ type: 'varchar', length: 16 })
  assignment!: ProfileAssignment;

  /** Of a PERSONAL profile. */
  @Column({ type: 'int', nullable: true })
  ownerId!: number | null;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'ownerId', foreignKeyConstraintName: 'fk_client_profile_owner' })
  ownerRow?: Relation<User> | null;

  @Field(() => Int, { simple: true, description: 'Rises with any change.' })
  @Column({ type: 'int', default: 1 })
  version!: number;

  @InstantColumn()
  createdAt!: Instant;

  @InstantColumn()
  updatedAt!: Instant;
}

/** A role whose users a profile is for. */
@Entity('client_profile_role')
@Index('client_profile_role_by_role', ['roleId'])
export class ClientProfileRole {
  @PrimaryColumn({ type: 'int' })
  profileId!: number;

  @PrimaryColumn({ type: 'int' })
  roleId!: number;

  @ManyToOne(() => ClientProfile, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'profileId', foreignKeyConstraintName: 'fk_client_profile_role_profile' })
  profile?: Relation<ClientProfile>;

  @ManyToOne(() => Role, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'roleId', foreignKeyConstraintName: 'fk_client_profile_role_role' })
  role?: Relation<Role>;
}
