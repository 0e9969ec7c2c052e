import { describeEnum } from './enum-registration';

export const ProfileAssignment = { SYSTEM: 'SYSTEM', ADMIN: 'ADMIN', PERSONAL: 'PERSONAL' } as const;
export type ProfileAssignment = keyof typeof ProfileAssignment;
describeEnum(ProfileAssignment, 'ProfileAssignment', 'Whose a client profile is.', {
  SYSTEM: 'Built in, for everybody.',
  ADMIN: 'Made by an administrator, for the users of its roles.',
  PERSONAL: 'For its owner only.',
});

export const TriggerEffect = { ACTIVATE: 'ACTIVATE', DEACTIVATE: 'DEACTIVATE' } as const;
export type TriggerEffect = keyof typeof TriggerEffect;
describeEnum(TriggerEffect, 'TriggerEffect', 'What a trigger does to its profile.', {
  ACTIVATE: 'Activates the profile.',
  DEACTIVATE: 'Leaves the profile where it is the active one.',
});

export const Weekday = {
  MONDAY: 'MONDAY',
  TUESDAY: 'TUESDAY',
  WEDNESDAY: 'WEDNESDAY',
  THURSDAY: 'THURSDAY',
  FRIDAY: 'FRIDAY',
  SATURDAY: 'SATURDAY',
  SUNDAY: 'SUNDAY',
} as const;
export type Weekday = keyof typeof Weekday;
describeEnum(Weekday, 'Weekday', 'A day of the week, in the time zone of the trigger.', {
  MONDAY: 'Monday.',
  TUESDAY: 'Tuesday.',
  WEDNESDAY: 'Wednesday.',
  THURSDAY: 'Thursday.',
  FRIDAY: 'Friday.',
  SATURDAY: 'Saturday.',
  SUNDAY: 'Sunday.',
});

export const ActionKind = {
  CHANGE_FOLLOW_ME: 'CHANGE_FOLLOW_ME',
  SET_GSM_MODE: 'SET_GSM_MODE',
  TEAM_LOGIN: 'TEAM_LOGIN',
  TEAM_LOGOUT: 'TEAM_LOGOUT',
  TEAM_PAUSE: 'TEAM_PAUSE',
  TEAM_UNPAUSE: 'TEAM_UNPAUSE',
  SET_WORKPLACE: 'SET_WORKPLACE',
  UNSET_WORKPLACE: 'UNSET_WORKPLACE',
  SET_REDIRECT_NUMBER: 'SET_REDIRECT_NUMBER',
  UNSET_REDIRECTION: 'UNSET_REDIRECTION',
} as const;
export type ActionKind = keyof typeof ActionKind;
describeEnum(ActionKind, 'ActionKind', 'What an action of a client profile does.', {
  CHANGE_FOLLOW_ME: 'Switches a telephone of the user on or off; all of them where none is named.',
  SET_GSM_MODE: 'Switches calls over the mobile network on or off; on all but desk telephones where none is named.',
  TEAM_LOGIN: 'Logs the user in to a team.',
  TEAM_LOGOUT: 'Logs the user out of a team.',
  TEAM_PAUSE: 'Pauses the user in a team.',
  TEAM_UNPAUSE: "Ends the user's pause in a team; does nothing where there is none.",
  SET_WORKPLACE: 'Puts the user at a workplace.',
  UNSET_WORKPLACE: 'Takes the user from the workplace.',
  SET_REDIRECT_NUMBER: "Redirects the user's calls to a number.",
  UNSET_REDIRECTION: 'Ends the redirection.',
});

export const ChangeCause = {
  MANUAL: 'MANUAL',
  TIME_TRIGGER: 'TIME_TRIGGER',
  TEAMS_MEETING_START: 'TEAMS_MEETING_START',
  TEAMS_MEETING_END: 'TEAMS_MEETING_END',
  PROFILE_DELETED: 'PROFILE_DELETED',
} as const;
export type ChangeCause = keyof typeof ChangeCause;
describeEnum(ChangeCause, 'ChangeCause', 'What changed, or was to change, the active profile.', {
  MANUAL: 'Somebody chose it.',
  TIME_TRIGGER: 'A time trigger.',
  TEAMS_MEETING_START: 'A Teams meeting began.',
  TEAMS_MEETING_END: 'A Teams meeting ended.',
  PROFILE_DELETED: 'The active profile was deleted.',
});

export const ChangeOutcome = {
  APPLIED: 'APPLIED',
  SUPPRESSED_BY_STICKY: 'SUPPRESSED_BY_STICKY',
  NOT_ENTITLED: 'NOT_ENTITLED',
  ALREADY_ACTIVE: 'ALREADY_ACTIVE',
} as const;
export type ChangeOutcome = keyof typeof ChangeOutcome;
describeEnum(ChangeOutcome, 'ChangeOutcome', 'What became of a change of profile.', {
  APPLIED: 'The profile is active, its chains have run.',
  SUPPRESSED_BY_STICKY: 'Dropped: the active profile is sticky, and triggers do not override it.',
  NOT_ENTITLED: 'Dropped: the user may not use the profile.',
  ALREADY_ACTIVE: 'Nothing to do: the profile is the active one.',
});

export const TriggerKind = { TIME: 'TIME', TEAMS_MEETING: 'TEAMS_MEETING' } as const;
export type TriggerKind = keyof typeof TriggerKind;

export const ActionChain = { ENTER: 'ENTER', LEAVE: 'LEAVE' } as const;
export type ActionChain = keyof typeof ActionChain;
