import { Field, ObjectType } from 'type-graphql';
import { GrantedBy, Right } from './group.enums';

@ObjectType({ description: 'One thing that grants rights to a viewer on a target.' })
export class RightSource {
  @Field(() => GrantedBy, {
    simple: true,
    description: 'What grants: the global setting, a group, or an individual grant.',
  })
  grantedBy!: GrantedBy;

  groupId!: number | null;

  @Field({ simple: true, description: 'Granted to the viewer as leader or deputy of the group.' })
  asLeader!: boolean;

  @Field(() => [Right], { simple: true, description: 'All that this source grants.' })
  rights!: Right[];
}

@ObjectType({ description: 'What a viewer may do with a target, and why. Rights are not symmetric.' })
export class EffectiveRights {
  viewerId!: number;

  targetId!: number;

  @Field(() => [Right], { simple: true, description: 'All rights together.' })
  rights!: Right[];

  @Field(() => [RightSource], { simple: true, description: 'Everything that grants something.' })
  sources!: RightSource[];
}
