import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { ClientProfile } from './client-profile';
import { InstantColumn, NullableText, type Instant } from './columns';
import { User } from './user';
import { Workplace } from './workplace';

/**
 * Where one user stands. Rows are made when something first happens to a user: who has none is in Available. Whoever
 * changes the state locks the row, so that changes of one user come one after the other.
 */
@ObjectType({ description: 'The profile a user is in, and what its actions have set.' })
@Entity('presence')
@Index('presence_by_active', ['activeProfileId', 'userId'])
@Index('presence_by_previous', ['previousProfileId'])
@Index('presence_by_workplace', ['workplaceId'])
export class PresenceState {
  @PrimaryColumn({ type: 'int' })
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userId', foreignKeyConstraintName: 'fk_presence_user' })
  user?: Relation<User>;

  @Column({ type: 'int' })
  activeProfileId!: number;

  @ManyToOne(() => ClientProfile, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'activeProfileId', foreignKeyConstraintName: 'fk_presence_active' })
  activeProfile?: Relation<ClientProfile>;

  @Column({ type: 'int', nullable: true })
  previousProfileId!: number | null;

  @ManyToOne(() => ClientProfile, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'previousProfileId', foreignKeyConstraintName: 'fk_presence_previous' })
  previousProfile?: Relation<ClientProfile> | null;

  /** A Teams meeting is going on. */
  @Column({ type: 'boolean', default: false })
  inMeeting!: boolean;

  /** What the meeting switched to; null where nothing returns at its end. */
  @Column({ type: 'int', nullable: true })
  meetingProfileId!: number | null;

  /** What returns at its end. */
  @Column({ type: 'int', nullable: true })
  meetingReturnToId!: number | null;

  /** The previous profile as it was before it. */
  @Column({ type: 'int', nullable: true })
  meetingPreviousId!: number | null;

  @Column({ type: 'int', nullable: true })
  workplaceId!: number | null;

  @ManyToOne(() => Workplace, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'workplaceId', foreignKeyConstraintName: 'fk_presence_workplace' })
  workplaceRow?: Relation<Workplace> | null;

  @Field(() => String, { simple: true, nullable: true, description: 'Where calls are redirected to.' })
  @NullableText(64)
  redirectNumber!: string | null;

  @InstantColumn()
  updatedAt!: Instant;
}

/** A notification of a Teams meeting that has been dealt with (P13a), by the SHA-256 of its id. */
@Entity('teams_event')
@Index('teams_event_by_time', ['at'])
export class TeamsEvent {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  eventHash!: string;

  @InstantColumn()
  at!: Instant;
}
