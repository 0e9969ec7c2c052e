import { Field, ObjectType } from 'type-graphql';
import { JsonScalar } from './scalars';
import { CheckStatus } from './sync.enums';
import { User } from './user';

@ObjectType({ description: 'One check, from the name of the server to a sample of people.' })
export class DiagnosticCheck {
  @Field({
    simple: true,
    description: 'What was checked: dns, tcp, tls, startTls, bind, base, paging, range, incremental, sample …',
  })
  name!: string;

  @Field(() => CheckStatus, { simple: true, description: 'Result.' })
  status!: CheckStatus;

  @Field({ simple: true, description: 'What was found, and what to do.' })
  detail!: string;
}

@ObjectType({ description: 'What a look at a source found; nothing is stored.' })
export class Diagnosis {
  @Field({ simple: true, description: 'No check failed.' })
  ok!: boolean;

  @Field(() => [DiagnosticCheck], { simple: true, description: 'The checks, in order.' })
  checks!: DiagnosticCheck[];

  @Field(() => [JsonScalar], { simple: true, description: 'A few people as they would be imported.' })
  sampleUsers!: unknown[];
}

@ObjectType({ description: 'Why a directory entry is in or out, live from filter to decision.' })
export class EntryExplanation {
  @Field({ simple: true, description: 'The entry exists at all in the directory.' })
  found!: boolean;

  @Field(() => String, { simple: true, nullable: true, description: "The directory's immutable id." })
  externalId!: string | null;

  @Field(() => [DiagnosticCheck], { simple: true, description: 'The steps of the decision.' })
  steps!: DiagnosticCheck[];

  @Field(() => User, { simple: true, nullable: true, description: 'The person it was imported as.' })
  user!: User | null;
}
