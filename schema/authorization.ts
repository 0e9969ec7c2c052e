import { Field, ID, InputType, ObjectType } from 'type-graphql';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { AuthorizationLevel, Right } from './group.enums';
import { Node } from './node';
import { User } from './user';

@ObjectType({ description: 'The level is derived from the rights: SPECIAL where no preset equals them.' })
export class Authorization {
  @Field(() => AuthorizationLevel, { simple: true, description: 'The preset that equals the rights, or SPECIAL.' })
  level!: AuthorizationLevel;

  @Field(() => [Right], { simple: true, description: 'What is allowed.' })
  rights!: Right[];
}

@InputType({ description: 'Exactly one of the two.' })
export class AuthorizationInput {
  @Field(() => AuthorizationLevel, { nullable: true, description: 'A preset; not SPECIAL.' })
  level?: AuthorizationLevel | null;

  @Field(() => [Right], { nullable: true, description: 'Single rights.' })
  rights?: Right[] | null;
}

/** Rights that one user holds on another, beside all groups: one row for the two. */
@ObjectType({ implements: Node, description: 'Rights that one user holds on another, beside all groups.' })
@Entity('individual_grant')
@Index('grant_once', ['targetId', 'viewerId'], { unique: true })
@Index('grant_by_viewer', ['viewerId'])
export class IndividualGrant extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'int' })
  viewerId!: number;

  @Column({ type: 'int' })
  targetId!: number;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'viewerId', foreignKeyConstraintName: 'fk_grant_viewer' })
  viewerRow?: Relation<User>;

  @ManyToOne(() => User, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'targetId', foreignKeyConstraintName: 'fk_grant_target' })
  targetRow?: Relation<User>;

  /** Bits of `RIGHTS`. */
  @Column({ type: 'int' })
  rights!: number;
}

@InputType({ description: 'Rights for one user on another; a second grant replaces the first.' })
export class GrantRightsInput {
  @Field(() => ID, { description: 'Who gets the rights.' })
  viewerId!: string;

  @Field(() => ID, { description: 'On whom.' })
  targetId!: string;

  @Field({ description: 'Which rights.' })
  authorization!: AuthorizationInput;
}
