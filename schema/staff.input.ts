import { Field, ID, InputType, Int } from 'type-graphql';
import { Channel, Codec, Module, Nat, PermissionType, StaffRole, Transport } from './staff.enums';

@InputType({ description: 'Which staff users. What is given must all hold.' })
export class StaffUserFilter {
  @Field(() => String, {
    nullable: true,
    description: 'Prefix of name, username, e-mail or extension, whatever case and accents.',
  })
  search?: string | null;

  @Field(() => StaffRole, { nullable: true, description: 'Only of this role.' })
  role?: StaffRole | null;

  @Field(() => ID, { nullable: true, description: 'Only holders of this user profile.' })
  userProfileId?: string | null;
}

@InputType({
  description: "Settings of a staff user's telephone. On update an omitted field stays, null sets the default.",
})
export class VoiceSettingsInput {
  @Field(() => Transport, { nullable: true, description: 'Default UDP.' })
  transport?: Transport | null;

  @Field(() => Nat, { nullable: true, description: 'Default FORCE_RPORT.' })
  nat?: Nat | null;

  @Field(() => [Codec], { nullable: true, description: 'The preferred first; default ULAW and ALAW.' })
  allowedCodecs?: Codec[] | null;

  @Field(() => String, { nullable: true, description: 'Dial plan context; default `from-sip`.' })
  context?: string | null;

  @Field(() => [Int], { nullable: true, description: 'From 0 to 63; default none.' })
  callGroups?: number[] | null;

  @Field(() => [Int], { nullable: true, description: 'From 0 to 63; default none.' })
  pickupGroups?: number[] | null;
}

@InputType({ description: 'A new staff user.' })
export class CreateStaffUserInput {
  @Field(() => StaffRole, { description: 'Administrator or supervisor.' })
  role!: StaffRole;

  @Field(() => ID, { nullable: true, description: 'User profile: needed for USER, none for ADMIN.' })
  userProfileId?: string | null;

  @Field({ description: 'Name as shown.' })
  fullName!: string;

  @Field({ description: 'Letters, digits, dots and underscores.' })
  username!: string;

  @Field({ description: 'Unique among staff.' })
  email!: string;

  @Field({ description: 'While the Security Suite is on it must meet its rules.' })
  password!: string;

  @Field(() => String, { nullable: true, description: 'Internal number; the next free one where none is given.' })
  extension?: string | null;

  @Field(() => VoiceSettingsInput, { nullable: true, description: 'Settings of the telephone.' })
  voice?: VoiceSettingsInput | null;

  @Field(() => ID, { nullable: true, description: 'The person whose account it is.' })
  userId?: string | null;
}

@InputType({ description: 'Changes of a staff user.' })
export class UpdateStaffUserInput {
  @Field(() => ID, { description: 'The staff user.' })
  id!: string;

  @Field(() => Int, { nullable: true, description: 'As read; stale: CONFLICT.' })
  version?: number | null;

  @Field(() => String, { nullable: true, description: 'Name as shown.' })
  fullName?: string | null;

  @Field(() => String, { nullable: true, description: 'Unique among staff.' })
  email?: string | null;

  @Field(() => ID, { nullable: true, description: 'User profile of a supervisor.' })
  userProfileId?: string | null;

  @Field(() => String, { nullable: true, description: 'Internal number; null generates the next free one.' })
  extension?: string | null;

  @Field(() => VoiceSettingsInput, {
    nullable: true,
    description: 'Settings of the telephone; null sets all defaults.',
  })
  voice?: VoiceSettingsInput | null;
}

@InputType({ description: 'A module of a user profile.' })
export class ModulePermissionInput {
  @Field(() => Module, { description: 'The module.' })
  module!: Module;

  @Field(() => PermissionType, { nullable: true, description: "What for; null: the profile's default." })
  permissionType?: PermissionType | null;
}

@InputType({ description: 'A user profile, whole: an update replaces all of it.' })
export class UserProfileInput {
  @Field({ description: 'Its name.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Free text.' })
  description?: string | null;

  @Field(() => PermissionType, { description: 'Applies where a module names none.' })
  defaultPermissionType!: PermissionType;

  @Field(() => Boolean, {
    nullable: true,
    defaultValue: false,
    description: "Its holders see users' numbers and e-mail addresses masked.",
  })
  maskSensitiveData?: boolean | null;

  @Field(() => [ModulePermissionInput], { description: 'Each module at most once.' })
  modules!: ModulePermissionInput[];

  @Field(() => [ID], { nullable: true, defaultValue: [], description: 'Queues its holders see.' })
  queueIds?: string[] | null;
}

@InputType({ description: 'A queue, whole: an update replaces all of it.' })
export class QueueInput {
  @Field(() => Channel, { description: 'By what its contacts arrive.' })
  channel!: Channel;

  @Field({ description: 'Its name.' })
  name!: string;

  @Field(() => [ID], { nullable: true, defaultValue: [], description: 'Its agents.' })
  agentIds?: string[] | null;
}
