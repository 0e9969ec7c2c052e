import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, OneToOne, PrimaryColumn, type Relation } from 'typeorm';
import { InstantColumn, type Instant } from './columns';
import { DateTime } from './scalars';
import { StaffUser } from './staff-user';

/** The one API key of an administrator. The key itself is never stored: only its SHA-256. */
@ObjectType('ApiKeyInfo', { description: 'An API key without what makes it one.' })
@Entity('api_key')
@Index('api_key_by_hash', ['keyHash'], { unique: true })
export class ApiKey {
  @PrimaryColumn({ type: 'int' })
  staffUserId!: number;

  @OneToOne(() => StaffUser, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'staffUserId', foreignKeyConstraintName: 'fk_api_key_staff' })
  staffUser?: Relation<StaffUser>;

  @Column({ type: 'varchar', length: 64 })
  keyHash!: string;

  @Field({ simple: true, description: 'Its first characters, by which to recognise it.' })
  @Column({ type: 'varchar', length: 16 })
  prefix!: string;

  @Field(() => DateTime, { simple: true, description: 'When it was generated.' })
  @InstantColumn()
  createdAt!: Instant;

  @Field(() => DateTime, {
    simple: true,
    nullable: true,
    description: 'When it was last used, to the minute; null: never.',
  })
  @InstantColumn({ nullable: true })
  lastUsedAt!: Instant | null;
}

@ObjectType({ description: 'The key itself: returned once; only its hash is kept.' })
export class GeneratedApiKey {
  @Field({ simple: true, description: 'Send it as `Authorization: Bearer …`.' })
  key!: string;

  @Field(() => ApiKey, { simple: true, description: 'What will be shown of it.' })
  info!: ApiKey;
}
