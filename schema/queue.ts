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
import { Node } from './node';
import { Channel } from './staff.enums';

@ObjectType({ implements: Node, description: 'Contacts of one channel waiting for agents.' })
@Entity('queue')
@Index('queue_by_name', ['nameKey', 'id'])
export class Queue extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field(() => Channel, { simple: true, description: 'By what its contacts arrive.' })
  @Column({ type: 'varchar', length: 16 })
  channel!: Channel;

  @Field({ simple: true, description: 'Its name.' })
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  nameKey!: string;
}

@ObjectType({ implements: Node, description: 'Somebody who takes contacts of queues.' })
@Entity('agent')
@Index('agent_by_name', ['nameKey', 'id'])
export class Agent extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Name as shown.' })
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  nameKey!: string;
}

/** An agent of a queue. */
@Entity('queue_agent')
@Index('queue_agent_by_agent', ['agentId'])
export class QueueAgent {
  @PrimaryColumn({ type: 'int' })
  queueId!: number;

  @PrimaryColumn({ type: 'int' })
  agentId!: number;

  @ManyToOne(() => Queue, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'queueId', foreignKeyConstraintName: 'fk_queue_agent_queue' })
  queue?: Relation<Queue>;

  @ManyToOne(() => Agent, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'agentId', foreignKeyConstraintName: 'fk_queue_agent_agent' })
  agent?: Relation<Agent>;
}
