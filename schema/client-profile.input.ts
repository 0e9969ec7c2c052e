import { Field, ID, InputType } from 'type-graphql';
import { ActionKind, TriggerEffect, Weekday } from './profile.enums';
import { LocalTime } from './scalars';

@InputType({ description: 'A trigger that fires at a time of day.' })
export class TimeTriggerInput {
  @Field(() => TriggerEffect, { description: 'What it does to the profile.' })
  effect!: TriggerEffect;

  @Field(() => LocalTime, { description: 'When, in its time zone.' })
  at!: string;

  @Field(() => [Weekday], {
    nullable: true,
    defaultValue: [],
    description: 'On which days; none: once, at the next occurrence, after which it is disabled.',
  })
  weekdays?: Weekday[] | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name in the IANA time zone database; as the settings have it now where none is given.',
  })
  timezone?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: 'Whether it is in force.' })
  enabled?: boolean | null;
}

@InputType({ description: 'A trigger that fires when a Teams meeting begins.' })
export class TeamsMeetingTriggerInput {
  @Field(() => TriggerEffect, { defaultValue: TriggerEffect.ACTIVATE, description: 'What it does to the profile.' })
  effect!: TriggerEffect;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: 'Whether it is in force.' })
  enabled?: boolean | null;
}

@InputType({ description: 'An action; give what its kind needs, and nothing else.' })
export class ProfileActionInput {
  @Field(() => ActionKind, { description: 'What it does.' })
  kind!: ActionKind;

  @Field(() => ID, {
    nullable: true,
    description: 'CHANGE_FOLLOW_ME and SET_GSM_MODE: one telephone of the user; all of them where none is given.',
  })
  endpointId?: string | null;

  @Field(() => Boolean, { nullable: true, description: 'CHANGE_FOLLOW_ME: on or off.' })
  endpointEnabled?: boolean | null;

  @Field(() => Boolean, { nullable: true, description: 'SET_GSM_MODE: on or off.' })
  gsmMode?: boolean | null;

  @Field(() => ID, { nullable: true, description: 'TEAM_…: the team.' })
  teamId?: string | null;

  @Field(() => ID, { nullable: true, description: 'SET_WORKPLACE: the workplace.' })
  workplaceId?: string | null;

  @Field(() => String, { nullable: true, description: 'SET_REDIRECT_NUMBER: where calls go.' })
  redirectNumber?: string | null;
}

@InputType({ description: 'A client profile, as a whole.' })
export class ClientProfileInput {
  @Field({ description: 'Its name.' })
  name!: string;

  @Field(() => String, { nullable: true, description: 'Colour of the icon: `#rrggbb`; `#808080` where none is given.' })
  color?: string | null;

  @Field(() => String, { nullable: true, description: 'Name of the icon; `user` where none is given.' })
  icon?: string | null;

  @Field(() => Boolean, { nullable: true, defaultValue: true, description: 'Whether the icon is shown.' })
  iconVisible?: boolean | null;

  @Field(() => Boolean, { nullable: true, defaultValue: false, description: 'Triggers do not override it.' })
  sticky?: boolean | null;

  @Field(() => [ID], {
    nullable: true,
    description: 'The roles it is for; the role All where none is said. Not for a personal profile.',
  })
  roleIds?: string[] | null;

  @Field(() => ID, { nullable: true, description: 'Given: a personal profile of that user. Cannot be changed later.' })
  ownerId?: string | null;

  @Field(() => [TimeTriggerInput], { nullable: true, defaultValue: [], description: 'Triggers at times of day.' })
  timeTriggers?: TimeTriggerInput[] | null;

  @Field(() => [TeamsMeetingTriggerInput], {
    nullable: true,
    defaultValue: [],
    description: 'Triggers by Teams meetings.',
  })
  teamsMeetingTriggers?: TeamsMeetingTriggerInput[] | null;

  @Field(() => [ProfileActionInput], { nullable: true, defaultValue: [], description: 'Run in order on entering it.' })
  onEnter?: ProfileActionInput[] | null;

  @Field(() => [ProfileActionInput], { nullable: true, defaultValue: [], description: 'Run in order on leaving it.' })
  onLeave?: ProfileActionInput[] | null;
}
