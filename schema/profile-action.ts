import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { ClientProfile } from './client-profile';
import { NullableText } from './columns';
import { Endpoint } from './endpoint';
import { Group } from './group';
import { ActionKind, type ActionChain } from './profile.enums';
import { Workplace } from './workplace';

/** One action of a chain. What it names may go: the action then stays, and fails. */
@ObjectType({ description: 'One action of a client profile.' })
@Entity('profile_action')
@Index('profile_action_by_place', ['profileId', 'chain', 'position'])
export class ProfileAction {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  profileId!: number;

  @Column({ type: 'varchar', length: 8 })
  chain!: ActionChain;

  /** From 1. */
  @Column({ type: 'int' })
  position!: number;

  @Field(() => ActionKind, { simple: true, description: 'What it does.' })
  @Column({ type: 'varchar', length: 32 })
  kind!: ActionKind;

  @Column({ type: 'int', nullable: true })
  endpointId!: number | null;

  /** The action names one telephone, which may be gone. */
  @Column({ type: 'boolean', default: false })
  namesEndpoint!: boolean;

  @Field(() => Boolean, { simple: true, nullable: true, description: 'CHANGE_FOLLOW_ME: on or off.' })
  @Column({ type: 'boolean', nullable: true })
  endpointEnabled!: boolean | null;

  @Field(() => Boolean, { simple: true, nullable: true, description: 'SET_GSM_MODE: on or off.' })
  @Column({ type: 'boolean', nullable: true })
  gsmMode!: boolean | null;

  @Column({ type: 'int', nullable: true })
  teamId!: number | null;

  @Column({ type: 'int', nullable: true })
  workplaceId!: number | null;

  @Field(() => String, { simple: true, nullable: true, description: 'SET_REDIRECT_NUMBER: where calls go.' })
  @NullableText(64)
  redirectNumber!: string | null;

  @ManyToOne(() => ClientProfile, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'profileId', foreignKeyConstraintName: 'fk_profile_action_profile' })
  profile?: Relation<ClientProfile>;

  @ManyToOne(() => Endpoint, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'endpointId', foreignKeyConstraintName: 'fk_profile_action_endpoint' })
  endpointRow?: Relation<Endpoint> | null;

  @ManyToOne(() => Group, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'teamId', foreignKeyConstraintName: 'fk_profile_action_team' })
  teamRow?: Relation<Group> | null;

  @ManyToOne(() => Workplace, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'workplaceId', foreignKeyConstraintName: 'fk_profile_action_workplace' })
  workplaceRow?: Relation<Workplace> | null;
}
