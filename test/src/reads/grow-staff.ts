import { insert, link, type Grown, type Step } from './rows';

type Staff = Pick<Grown, 'queue' | 'agent' | 'userProfile' | 'staffUser' | 'dashboard'>;

/** A queue with its agent, a user profile, a supervisor with a key, and a dashboard, each linked to the hub's too. */
export async function addStaff(step: Step, user: number): Promise<Staff> {
  const { name, hub } = step;
  const queue = await insert(step, 'queue', { name, nameKey: name, channel: 'VOICE' });
  const agent = await insert(step, 'agent', { name, nameKey: name });
  const dashboard = await insert(step, 'dashboard', { name, nameKey: name });
  const userProfile = await addUserProfile(step);
  const staffUser = await addStaffUser(step, user, hub.userProfile ?? userProfile);
  const rows = { queue, agent, userProfile, staffUser, dashboard };
  await linkBoth(step, 'queue_agent', ['queue', 'agent'], rows);
  await linkBoth(step, 'user_profile_queue', ['userProfile', 'queue'], rows);
  await linkBoth(step, 'staff_user_queue', ['staffUser', 'queue'], rows);
  await linkBoth(step, 'dashboard_access', ['dashboard', 'staffUser'], rows);
  return rows;
}

/** Links the new rows to each other, and each to that of the hub. The columns are called as the rows are. */
async function linkBoth(
  step: Step,
  table: string,
  [left, right]: readonly [keyof Staff, keyof Staff],
  rows: Staff,
): Promise<void> {
  await link(
    step,
    table,
    [`${left}Id`, `${right}Id`],
    [
      [rows[left], rows[right]],
      [rows[left], step.hub[right]],
      [step.hub[left], rows[right]],
    ],
  );
}

function addUserProfile(step: Step): Promise<number> {
  return insert(step, 'user_profile', {
    name: step.name,
    nameKey: step.name,
    description: step.name,
    defaultPermissionType: 'READ',
    modulePermissions: '{"VOICE":"READ_EDIT","CHAT":null}',
  });
}

async function addStaffUser(step: Step, user: number, userProfile: number): Promise<number> {
  const { name, at } = step;
  const staffUser = await insert(step, 'staff_user', {
    role: 'USER',
    fullName: name,
    fullNameKey: name,
    username: name,
    usernameKey: name,
    email: `${name}@example.org`,
    emailKey: `${name}@example.org`,
    extension: String(5000 + user),
    passwordHash: '-',
    userProfileId: userProfile,
    avatarFile: `${name}.png`,
    transport: 'UDP',
    nat: 'NO',
    codecs: 'ULAW,ALAW',
    context: 'default',
    lastPasswordResetAt: at,
    userId: user,
    createdAt: at,
    updatedAt: at,
  });
  await insert(step, 'api_key', { staffUserId: staffUser, keyHash: name, prefix: 'sb_', createdAt: at });
  return staffUser;
}
