import { Field, InputType, ObjectType } from 'type-graphql';
import { GrantedBy, Service } from './group.enums';

@ObjectType({ description: 'A service as set for one person.' })
export class UserService {
  @Field(() => Service, { simple: true, description: 'Which.' })
  service!: Service;

  @Field({ simple: true, description: 'False is no ban: groups and the global setting may still allow it.' })
  allowed!: boolean;
}

@ObjectType({ description: 'Whether a person may use a service, and why.' })
export class EffectiveService {
  @Field(() => Service, { simple: true, description: 'Which.' })
  service!: Service;

  @Field({ simple: true, description: 'Granted, and configured where it must be.' })
  allowed!: boolean;

  @Field(() => [GrantedBy], { simple: true, description: 'Everything that grants it.' })
  grantedBy!: GrantedBy[];

  groupIds!: number[];

  @Field(() => String, {
    simple: true,
    nullable: true,
    description: 'Why it is not allowed although something grants it.',
  })
  blockedReason!: string | null;
}

@InputType({ description: 'A service to set for one person.' })
export class UserServiceInput {
  @Field(() => Service, { description: 'Which.' })
  service!: Service;

  @Field({ description: 'Whether it is allowed.' })
  allowed!: boolean;
}
