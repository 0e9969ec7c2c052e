import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Client } from './client';
import { InstantColumn, NullableText, type Instant } from './columns';
import { Node } from './node';
import { DateTime } from './scalars';

@ObjectType({ implements: Node, description: 'A call that waits because its target is busy.' })
@Entity('busy_queue_call')
@Index('busy_queue_call_by_since', ['since', 'id'])
@Index('busy_queue_call_by_client', ['clientId'])
export class BusyQueueCall extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int', nullable: true })
  clientId!: number | null;

  @ManyToOne(() => Client, { onDelete: 'SET NULL', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'clientId', foreignKeyConstraintName: 'fk_busy_queue_call_client' })
  clientRow?: Relation<Client> | null;

  @Field({ simple: true, description: 'Username of the client that initiated it, as it was then.' })
  @Column({ type: 'varchar', length: 255 })
  initiatedByUsername!: string;

  /** As reported; the API masks it for the viewing client. */
  @Column({ type: 'varchar', length: 64 })
  remoteNumber!: string;

  @NullableText(255)
  remoteName!: string | null;

  @Field(() => DateTime, { simple: true, description: 'Since when it waits.' })
  @InstantColumn()
  since!: Instant;
}
