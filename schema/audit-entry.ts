import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { InstantColumn, JsonColumn, type Instant } from './columns';
import { connectionOf } from './connection';
import { Node } from './node';
import { DateTime, JsonScalar } from './scalars';

/** Who did what to whom, with what it was before and after. Each entry carries the hash of the one before. */
@ObjectType({ implements: Node, description: 'Who did what to whom, with what it was before and after.' })
@Entity('audit_entry')
export class AuditEntry extends Node {
  /** Without gaps, from 1: given under the lock of the chain's head. */
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Field(() => DateTime, { simple: true, description: 'When.' })
  @InstantColumn()
  at!: Instant;

  @Field({ simple: true, description: 'Who: `client:admin`, `staff:admin`, `api-key:…`, `sync`, `cli`.' })
  @Column({ type: 'varchar', length: 300 })
  actor!: string;

  @Field({ simple: true, description: 'What: the name of the operation.' })
  @Column({ type: 'varchar', length: 64 })
  action!: string;

  @Field({ simple: true, description: 'To whom: the id of the object.' })
  @Column({ type: 'varchar', length: 300 })
  target!: string;

  @Field(() => JsonScalar, { description: 'What it was before and after; secrets are left out.' })
  @JsonColumn()
  detail!: unknown;

  /** SHA-256 over the entry and the previous hash. */
  @Column({ type: 'varchar', length: 64 })
  hash!: string;
}

export const AuditEntryConnection = connectionOf(() => AuditEntry, 'AuditEntry');

/** The one row that every audited transaction locks: the last id and hash of the chain. */
@Entity('audit_head')
export class AuditHead {
  @PrimaryColumn({ type: 'int' })
  id!: number;

  @Column({ type: 'int' })
  lastId!: number;

  @Column({ type: 'varchar', length: 64 })
  lastHash!: string;
}
