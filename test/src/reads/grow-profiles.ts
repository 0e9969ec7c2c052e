import { AVAILABLE, DND } from '../../../schema/client-profile';
import { insert, link, type Grown, type Step, type Values } from './rows';

type Profiles = Pick<Grown, 'role' | 'workplace' | 'clientProfile'>;

/** A role, a workplace, a profile for the role, a personal one, and the person's presence with its history. */
export async function addProfiles(step: Step, user: number, group: number): Promise<Profiles> {
  const { name, hub } = step;
  const role = await insert(step, 'role', { name, nameKey: name, permissions: '["profile.personal"]' });
  const workplace = await insert(step, 'workplace', { name, nameKey: name });
  await link(
    step,
    'user_role',
    ['userId', 'roleId'],
    [
      [user, role],
      [user, hub.role],
      [hub.user, role],
    ],
  );
  const clientProfile = await addProfile(step, 'ADMIN', null);
  await addProfile(step, 'PERSONAL', user);
  await link(
    step,
    'client_profile_role',
    ['profileId', 'roleId'],
    [
      [clientProfile, role],
      [clientProfile, hub.role],
      [hub.clientProfile, role],
    ],
  );
  for (const profile of new Set([clientProfile, hub.clientProfile ?? clientProfile])) {
    await addActions(step, profile, { user, group, workplace });
    await addTriggers(step, profile);
  }
  await addPresence(step, user, clientProfile, workplace);
  return { role, workplace, clientProfile };
}

function addProfile({ name, at, ...step }: Step, assignment: string, ownerId: number | null): Promise<number> {
  const looks = { name, nameKey: name, color: 'green', icon: 'house' };
  const row = { ...looks, assignment, ownerId, createdAt: at, updatedAt: at };
  return insert({ name, at, ...step }, 'client_profile', row);
}

/** On entering and on leaving: one action for each kind of thing that an action may name. */
async function addActions(
  step: Step,
  profileId: number,
  { user, group, workplace }: { user: number; group: number; workplace: number },
): Promise<void> {
  const [telephone] = await step.em.query<{ id: number }[]>('SELECT MAX(id) AS id FROM endpoint WHERE userId = ?', [
    user,
  ]);
  const endpoint = { endpointId: telephone?.id ?? null, namesEndpoint: 1, endpointEnabled: 1 };
  const actions: Values[] = [
    { kind: 'TEAM_LOGIN', teamId: group },
    { kind: 'SET_WORKPLACE', workplaceId: workplace },
    { kind: 'CHANGE_FOLLOW_ME', ...endpoint },
    { kind: 'SET_GSM_MODE', ...endpoint, endpointEnabled: null, gsmMode: 1 },
    { kind: 'SET_REDIRECT_NUMBER', redirectNumber: '4711' },
  ];
  for (const chain of ['ENTER', 'LEAVE']) {
    for (const [index, action] of actions.entries()) {
      const position = user * actions.length + index;
      await insert(step, 'profile_action', { profileId, chain, position, ...action });
    }
  }
}

/** Disabled, so that none fires. */
async function addTriggers(step: Step, profileId: number): Promise<void> {
  const common = { profileId, position: 1, effect: 'ACTIVATE', enabled: 0 };
  await insert(step, 'profile_trigger', { ...common, kind: 'TIME', at: '08:00', weekdaysMask: 1, timezone: 'UTC' });
  await insert(step, 'profile_trigger', { ...common, kind: 'TEAMS_MEETING', position: 2 });
}

async function addPresence(step: Step, user: number, profile: number, workplace: number): Promise<void> {
  const { at, hub } = step;
  await insert(step, 'presence', {
    userId: user,
    activeProfileId: profile,
    previousProfileId: DND,
    workplaceId: workplace,
    redirectNumber: '4711',
    updatedAt: at,
  });
  const done = JSON.stringify([{ position: 1, kind: 'TEAM_LOGIN', ok: true, error: null }]);
  const change = { at, cause: 'MANUAL', outcome: 'APPLIED', fromId: AVAILABLE, toId: profile };
  for (const userId of new Set([user, hub.user ?? user])) {
    await insert(step, 'profile_change', { userId, ...change, leaving: done, entering: done });
  }
}
