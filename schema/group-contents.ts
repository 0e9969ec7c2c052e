import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { Group } from './group';
import { KeyKind, Placement } from './group.enums';
import { Node } from './node';
import type { User } from './user';

/** Shows the members of a registered group to the members of a group. */
@ObjectType({ implements: Node, description: "A registered group whose members are shown to the group's members." })
@Entity('monitor_group_link')
@Index('monitor_link_once', ['groupId', 'registeredGroupId'], { unique: true })
@Index('monitor_link_by_registered', ['registeredGroupId'])
export class MonitorGroupLink extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  groupId!: number;

  @Column({ type: 'int' })
  registeredGroupId!: number;

  @ManyToOne(() => Group, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'groupId', foreignKeyConstraintName: 'fk_monitor_link_group' })
  groupRow?: Relation<Group>;

  @ManyToOne(() => Group, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'registeredGroupId', foreignKeyConstraintName: 'fk_monitor_link_registered' })
  registeredRow?: Relation<Group>;

  @Field(() => Placement, { simple: true, description: 'Where they appear.' })
  @Column({ type: 'varchar', length: 16 })
  placement!: Placement;
}

@ObjectType({ implements: Node, description: "A number or speed dial for the group's members." })
@Entity('group_key')
@Index('group_key_by_group', ['groupId', 'id'])
export class Key extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  groupId!: number;

  @ManyToOne(() => Group, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'groupId', foreignKeyConstraintName: 'fk_group_key_group' })
  groupRow?: Relation<Group>;

  @Field({ simple: true, description: 'What it says.' })
  @Column({ type: 'varchar', length: 255 })
  label!: string;

  @Field({ simple: true, description: 'What it dials.' })
  @Column({ type: 'varchar', length: 64 })
  number!: string;

  @Field(() => KeyKind, { simple: true, description: 'What kind of key.' })
  @Column({ type: 'varchar', length: 16 })
  kind!: KeyKind;

  @Field(() => Placement, { simple: true, description: 'Where it appears.' })
  @Column({ type: 'varchar', length: 16 })
  placement!: Placement;
}

@ObjectType({ description: 'A group in the monitor or among the favorites of a person.' })
export class ContentGroup {
  @Field({ simple: true, description: 'Its title.' })
  title!: string;

  @Field({ simple: true, description: 'Filled by the administrator: the person cannot change it.' })
  locked!: boolean;

  /** Keys of the groups whose members it holds. */
  memberGroupIds!: number[];

  @Field(() => [Key], { simple: true, description: 'Numbers and speed dials in it.' })
  keys!: Key[];

  sourceId!: number | null;

  users?: User[];
}

@InputType({ description: 'Registers a group in the monitor or the favorites of the members of another.' })
export class MonitorGroupInput {
  @Field(() => ID, { description: 'Whose members see it.' })
  groupId!: string;

  @Field(() => ID, { description: 'Whose members are shown.' })
  registeredGroupId!: string;

  @Field(() => Placement, { description: 'Where.' })
  placement!: Placement;
}

@InputType({ description: 'A key for the members of a group.' })
export class KeyInput {
  @Field(() => ID, { description: 'The group.' })
  groupId!: string;

  @Field({ description: 'What it says.' })
  label!: string;

  @Field({ description: 'What it dials.' })
  number!: string;

  @Field(() => KeyKind, { description: 'What kind of key.' })
  kind!: KeyKind;

  @Field(() => Placement, { description: 'Where it appears.' })
  placement!: Placement;
}
