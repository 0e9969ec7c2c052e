import { Field, InputType, Int } from 'type-graphql';
import { JsonScalar } from './scalars';
import { SourceKind } from './sync.enums';

@InputType({ description: 'Beyond these a plan is refused unless confirmed. Null: no limit of that kind.' })
export class RemovalLimitsInput {
  @Field(() => Int, { nullable: true, description: 'Number of removals of one kind.' })
  maxCount?: number | null;

  @Field(() => Int, { nullable: true, description: 'Percent of what the source owns of one kind, 0 to 100.' })
  maxPercent?: number | null;
}

@InputType({ description: 'A directory. An update replaces all of it, but omitted secrets are kept.' })
export class DirectorySourceInput {
  @Field({ description: 'Name, unique whatever its case.' })
  name!: string;

  @Field(() => SourceKind, { description: 'Kind of directory; cannot be changed later.' })
  kind!: SourceKind;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: 'False: its schedule does not run.' })
  enabled?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    defaultValue: 100,
    description: 'The lower wins where two sources know one person.',
  })
  priority?: number | null;

  @Field(() => String, { nullable: true, description: 'Cron expression; null: only by hand.' })
  schedule?: string | null;

  @Field(() => JsonScalar, { description: 'Settings of the kind: addresses, bases, filters, time-outs.' })
  settings!: unknown;

  @Field(() => JsonScalar, { nullable: true, description: 'Passwords and tokens: encrypted at rest, never returned.' })
  secrets?: unknown;

  @Field(() => JsonScalar, {
    nullable: true,
    description: "Field to attribute, where it differs from the kind's default.",
  })
  mapping?: unknown;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Makes a group of each department.' })
  groupsFromDepartment?: boolean | null;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: true,
    description: 'Members of groups inside a group are its members too.',
  })
  followNestedGroups?: boolean | null;

  @Field(() => [String], {
    nullable: true,
    defaultValue: [],
    description: 'userPrincipalName, email, userId: whom another source already knows. Empty: nobody.',
  })
  matchBy?: string[] | null;

  @Field(() => Int, { nullable: true, defaultValue: 30, description: 'Days a vanished person or group is kept.' })
  graceDays?: number | null;

  @Field(() => RemovalLimitsInput, {
    nullable: true,
    description: 'Limits of removals; 20 percent where nothing is said.',
  })
  removalLimits?: RemovalLimitsInput | null;
}
