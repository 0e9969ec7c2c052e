import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { EndpointKind } from './enums';
import { Node } from './node';
import { User } from './user';

/** A telephone of a person. `enabled` and `gsmMode` are switched by client profiles. */
@ObjectType({ implements: Node, description: 'A telephone of a person.' })
@Entity('endpoint')
@Index('endpoint_by_user', ['userId', 'id'])
export class Endpoint extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  userId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'userId', foreignKeyConstraintName: 'fk_endpoint_user' })
  userRow?: Relation<User>;

  @Field({ simple: true, description: 'Its name.' })
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Field(() => EndpointKind, { simple: true, description: 'What kind of telephone.' })
  @Column({ type: 'varchar', length: 16 })
  kind!: EndpointKind;

  @Field({ simple: true, description: 'Whether calls ring on it.' })
  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  @Field({ simple: true, description: 'Whether calls go over the mobile network.' })
  @Column({ type: 'boolean', default: false })
  gsmMode!: boolean;
}

@InputType({ description: 'A telephone for a person.' })
export class CreateEndpointInput {
  @Field(() => ID, { description: 'Whose.' })
  userId!: string;

  @Field({ description: 'Its name.' })
  name!: string;

  @Field(() => EndpointKind, { description: 'What kind of telephone.' })
  kind!: EndpointKind;
}
