import { Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { ClientProfile } from './client-profile';
import { InstantColumn, NullableText, type Instant } from './columns';
import { TriggerEffect, Weekday, type TriggerKind } from './profile.enums';
import { DateTime, LocalTime } from './scalars';

/** Values carry `__typename`. */
@InterfaceType('ProfileTrigger', { description: 'What activates or leaves a client profile by itself.' })
export abstract class ProfileTrigger {
  @Field(() => ID, { simple: true, description: 'Opaque and unique; a new one after each change of the profile.' })
  id!: string;

  @Field(() => TriggerEffect, { simple: true, description: 'What it does to its profile.' })
  effect!: TriggerEffect;

  @Field(() => Boolean, { simple: true, description: 'Whether it is in force.' })
  enabled!: boolean;
}

@ObjectType({ implements: ProfileTrigger, description: 'Fires at a time of day, once or on weekdays.' })
export class TimeTrigger extends ProfileTrigger {
  @Field(() => LocalTime, { simple: true, description: 'When, in its time zone.' })
  at!: string;

  @Field(() => [Weekday], { simple: true, description: 'On which days; none: once, at the next occurrence.' })
  weekdays!: Weekday[];

  @Field({ simple: true, description: 'Name in the IANA time zone database.' })
  timezone!: string;

  @Field(() => DateTime, {
    simple: true,
    nullable: true,
    description: 'When it fires next; null while it is disabled.',
  })
  nextFireAt!: Instant | null;
}

@ObjectType({ implements: ProfileTrigger, description: 'Fires when a Teams meeting begins; its end returns.' })
export class TeamsMeetingTrigger extends ProfileTrigger {}

/** A trigger as it is kept. A time trigger is due when `nextFireAt` has come; `fence` rises with each claim of it. */
@Entity('profile_trigger')
@Index('profile_trigger_by_profile', ['profileId', 'position'])
@Index('profile_trigger_due', ['nextFireAt', 'id'])
export class ProfileTriggerRow {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  profileId!: number;

  @ManyToOne(() => ClientProfile, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'profileId', foreignKeyConstraintName: 'fk_profile_trigger_profile' })
  profile?: Relation<ClientProfile>;

  @Column({ type: 'int' })
  position!: number;

  @Column({ type: 'varchar', length: 16 })
  kind!: TriggerKind;

  @Column({ type: 'varchar', length: 16 })
  effect!: TriggerEffect;

  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  @NullableText(5)
  at!: string | null;

  /** Bits of `WEEKDAYS`. */
  @Column({ type: 'int', default: 0 })
  weekdaysMask!: number;

  @NullableText(64)
  timezone!: string | null;

  /** Null while disabled, and for Teams meetings. */
  @InstantColumn({ nullable: true })
  nextFireAt!: Instant | null;

  @Column({ type: 'int', default: 0 })
  fence!: number;
}

/**
 * A claimed trigger whose users are not all done: `lastUserId` is the last that is. Each batch of users raises `fence` and
 * moves `lastUserId` in the transaction of its effects, so that an interrupted firing goes on exactly where it stopped.
 */
@Entity('trigger_firing')
@Index('trigger_firing_by_due', ['dueAt', 'id'])
export class TriggerFiring {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  profileId!: number;

  @ManyToOne(() => ClientProfile, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'profileId', foreignKeyConstraintName: 'fk_trigger_firing_profile' })
  profile?: Relation<ClientProfile>;

  @Column({ type: 'varchar', length: 16 })
  effect!: TriggerEffect;

  /** When it was to fire. */
  @InstantColumn()
  dueAt!: Instant;

  @Column({ type: 'int', default: 0 })
  lastUserId!: number;

  @Column({ type: 'int', default: 0 })
  fence!: number;
}
