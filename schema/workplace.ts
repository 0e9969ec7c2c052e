import { Field, ObjectType } from 'type-graphql';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Node } from './node';

@ObjectType({ implements: Node, description: 'A place at which users work; a user is at one at a time.' })
@Entity('workplace')
@Index('workplace_by_name', ['nameKey', 'id'])
export class Workplace extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Its name.' })
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  nameKey!: string;
}
