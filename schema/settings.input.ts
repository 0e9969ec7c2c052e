import { Field, InputType, Int } from 'type-graphql';
import { AuthorizationInput } from './authorization';
import { CallGroupMode, Service } from './group.enums';

@InputType({ description: 'Changes of the settings. An omitted field stays, null restores its first value.' })
export class SettingsInput {
  @Field(() => Boolean, { nullable: true, description: 'Password rules of staff users are in force.' })
  securitySuiteEnabled?: boolean | null;

  @Field(() => Int, {
    nullable: true,
    description: "The call manager's time-out of a call, in seconds; above every client's fallback time-out.",
  })
  callManagerTimeoutSeconds?: number | null;

  @Field(() => String, { nullable: true, description: 'Time zone of triggers that name none (IANA name).' })
  timezone?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'SMS can be sent.' })
  smsConfigured?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'Calls can be recorded.' })
  recordingConfigured?: boolean | null;

  @Field(() => [Service], { nullable: true, description: 'Services allowed for everybody.' })
  globalServices?: Service[] | null;

  @Field(() => AuthorizationInput, { nullable: true, description: 'Rights of everybody towards everybody.' })
  globalAuthorization?: AuthorizationInput | null;

  @Field(() => [CallGroupMode], {
    nullable: true,
    description: 'Modes of call groups that are licensed; DISABLED always is.',
  })
  callGroupLicences?: CallGroupMode[] | null;

  @Field(() => Int, { nullable: true, description: 'How many groups a client may have; not under what one has.' })
  maxGroupsPerClient?: number | null;
}
