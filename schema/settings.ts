import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The installation's settings: one row, id 1. */
@ObjectType({ description: 'Settings of the installation.' })
@Entity('settings')
export class Settings {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Field({ simple: true, description: 'Password rules of staff users are in force.' })
  @Column({ type: 'boolean', default: false })
  securitySuiteEnabled!: boolean;

  @Field(() => Int, {
    simple: true,
    description: "The call manager's time-out of a call, in seconds; fallbacks must come earlier.",
  })
  @Column({ type: 'int', default: 30 })
  callManagerTimeoutSeconds!: number;

  @Field({ simple: true, description: 'Time zone of triggers that name none (IANA name).' })
  @Column({ type: 'varchar', length: 64, default: 'UTC' })
  timezone!: string;

  @Field({ simple: true, description: 'SMS can be sent.' })
  @Column({ type: 'boolean', default: false })
  smsConfigured!: boolean;

  @Field({ simple: true, description: 'Calls can be recorded.' })
  @Column({ type: 'boolean', default: false })
  recordingConfigured!: boolean;

  /** Services allowed for everybody (bits of `SERVICES`). */
  @Column({ type: 'int', default: 0 })
  globalServicesMask!: number;

  /** Rights of everybody towards everybody (bits of `RIGHTS`). */
  @Column({ type: 'int', default: 1 })
  globalRights!: number;

  /** Bits of `CALL_GROUP_MODES` that are licensed; DISABLED always is. */
  @Column({ type: 'int', default: 7 })
  callGroupLicencesMask!: number;

  @Field(() => Int, { simple: true, description: 'How many groups a client may have.' })
  @Column({ type: 'int', default: 50 })
  maxGroupsPerClient!: number;
}

/**
 * The version of the directory as indexes and snapshots hold it: it rises in the same transaction with every change of
 * users, groups, memberships or rights, and `RevisionChange` says what changed.
 */
@Entity('revision')
export class Revision {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'int' })
  value!: number;
}

@Entity('revision_change')
export class RevisionChange {
  @PrimaryColumn({ type: 'int' })
  value!: number;

  /** A `RevisionNote` (`src/revision.ts`) as JSON. */
  @Column({ type: 'text' })
  note!: string;
}
