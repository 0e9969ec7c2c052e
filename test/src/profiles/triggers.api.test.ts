import { AVAILABLE_ID, DND_ID, World } from './world';

interface Trigger {
  at: string;
  weekdays: string[];
  timezone: string;
  enabled: boolean;
  nextFireAt: string | null;
}

const TRIGGERS = `query ($id: ID!) { node(id: $id) { ... on ClientProfile { triggers { __typename id effect enabled
  ... on TimeTrigger { at weekdays timezone nextFireAt } } } } }`;
const DAILY = ['MONDAY', 'TUESDAY', 'WEDNESDAY', 'THURSDAY', 'FRIDAY', 'SATURDAY', 'SUNDAY'];

describe('time triggers', () => {
  let world: World;
  beforeAll(async () => (world = await World.start()));
  beforeEach(async () => {
    world.gateway.clock.freeze(Date.parse('2026-06-01T00:00:00Z'));
    // Each test has its own triggers: those of the one before are not to fire in it.
    await world.gateway.db.write((em) => em.query('DELETE FROM profile_trigger'));
  });
  afterAll(() => world.gateway.close());

  const triggersOf = async (id: string) =>
    (await world.gateway.run<{ node: { triggers: Trigger[] } }>(TRIGGERS, { id })).node.triggers;
  const timed = (at: string, more: object = {}) => ({ effect: 'ACTIVATE', at, timezone: 'UTC', ...more });
  /** An own role for a user, so that nobody else is concerned. */
  const alone = async () => {
    const user = await world.user();
    return { user, roleIds: [await world.role(`Only ${user}`, [], [user])] };
  };

  it('P9: shows its triggers; a time zone that is not given is the settings’', async () => {
    await world.gateway.run('mutation { updateSettings(input: { timezone: "Europe/Zurich" }) { timezone } }');
    const id = await world.profile({
      timeTriggers: [
        { effect: 'ACTIVATE', at: '08:00', weekdays: ['FRIDAY', 'MONDAY'] },
        timed('09:00', { enabled: false }),
      ],
      teamsMeetingTriggers: [{}],
    });
    expect(await triggersOf(id)).toEqual([
      {
        __typename: 'TimeTrigger',
        id: expect.any(String),
        effect: 'ACTIVATE',
        enabled: true,
        at: '08:00',
        weekdays: ['MONDAY', 'FRIDAY'],
        timezone: 'Europe/Zurich',
        nextFireAt: '2026-06-01T06:00:00.000Z',
      },
      expect.objectContaining({ at: '09:00', enabled: false, nextFireAt: null }),
      { __typename: 'TeamsMeetingTrigger', id: expect.any(String), effect: 'ACTIVATE', enabled: true },
    ]);
  });

  it('P9: without weekdays it fires once, at the next occurrence, then is disabled', async () => {
    const { user, roleIds } = await alone();
    const id = await world.profile({ name: 'Once', roleIds, timeTriggers: [timed('08:00')] });
    await world.at('2026-06-01T07:59:59.999Z');
    expect(await world.active(user)).toBe('Available');
    await world.at('2026-06-01T08:00:00Z');
    expect(await world.active(user)).toBe('Once');
    expect(await triggersOf(id)).toEqual([expect.objectContaining({ enabled: false, nextFireAt: null })]);
    await world.activate(AVAILABLE_ID, user);
    await world.at('2026-06-03T08:00:00Z');
    expect(await world.active(user)).toBe('Available');
  });

  it('P8, P9, P19: on weekdays; DEACTIVATE returns to the previous profile', async () => {
    const { user, roleIds } = await alone();
    const weekdays = ['TUESDAY'];
    const timeTriggers = [timed('08:00', { weekdays }), timed('09:00', { weekdays, effect: 'DEACTIVATE' })];
    const id = await world.profile({ name: 'Tuesdays', roleIds, timeTriggers });
    await world.activate(DND_ID, user);
    const seen: string[] = [];
    for (const instant of ['01T08:00', '02T08:00', '02T09:00', '03T08:00', '09T08:30']) {
      await world.at(`2026-06-${instant}:00Z`);
      seen.push(await world.active(user));
    }
    expect(seen).toEqual(['DND', 'Tuesdays', 'DND', 'DND', 'Tuesdays']);
    expect((await triggersOf(id)).map(({ nextFireAt }) => nextFireAt)).toEqual([
      '2026-06-16T08:00:00.000Z',
      '2026-06-09T09:00:00.000Z',
    ]);
  });

  it.each([
    ['spring', '02:30', '2026-03-28T12:00Z', ['2026-03-29T01:00Z', '2026-03-30T00:30Z', '2026-03-31T00:30Z']],
    ['autumn', '02:30', '2026-10-24T12:00Z', ['2026-10-25T00:30Z', '2026-10-26T01:30Z', '2026-10-27T01:30Z']],
  ])('P9, P19: across the change of %s in Zurich each day once', async (_, at, start, expected) => {
    world.gateway.clock.freeze(Date.parse(start));
    const { user, roleIds } = await alone();
    await world.profile({ roleIds, timeTriggers: [timed(at, { weekdays: DAILY, timezone: 'Europe/Zurich' })] });
    for (let minute = 0; minute < 72 * 60; minute += 15) {
      await world.at(new Date(Date.parse(start) + minute * 60_000).toISOString());
    }
    const { history } = await world.presence(user);
    const fired = history.nodes.map((change) => change.at.replace(':00.000Z', 'Z')).reverse();
    expect(fired).toEqual(expected.filter((instant) => Date.parse(instant) < Date.parse(start) + 72 * 3_600_000));
  });

  it('P6: a sticky profile is not overridden by triggers; a manual change works', async () => {
    const { user, roleIds } = await alone();
    const pinned = await world.profile({ name: 'Pinned', roleIds, sticky: true });
    await world.profile({ name: 'Timed', roleIds, timeTriggers: [timed('08:00', { weekdays: DAILY })] });
    await world.activate(pinned, user);
    await world.at('2026-06-01T08:00:00Z');
    expect(await world.active(user)).toBe('Pinned');
    await world.activate(DND_ID, user);
    await world.at('2026-06-02T08:00:00Z');
    expect(await world.history(user)).toEqual([
      'TIME_TRIGGER APPLIED Timed',
      'MANUAL APPLIED DND',
      'TIME_TRIGGER SUPPRESSED_BY_STICKY Timed',
      'MANUAL APPLIED Pinned',
    ]);
  });

  it('P2, P19: acts on the users of its roles; who lacks profile.personal is recorded as NOT_ENTITLED', async () => {
    await world.permit([]);
    const [entitled, barred, stranger] = [await world.user(), await world.user(), await world.user()];
    const role = await world.role('Timed', [], [barred]);
    const personal = await world.role('Personal', ['profile.personal']);
    await world.setRoles(entitled, [role, personal]);
    await world.profile({ name: 'Timed', roleIds: [role], timeTriggers: [timed('08:00')] });
    await world.at('2026-06-01T08:00:00Z');
    expect(await world.history(entitled)).toEqual(['TIME_TRIGGER APPLIED Timed']);
    expect(await world.history(barred)).toEqual(['TIME_TRIGGER NOT_ENTITLED Timed']);
    expect(await world.history(stranger)).toEqual([]);
    await world.permit();
  });

  it('P19: a personal trigger acts on its owner only; vanished people are left alone', async () => {
    const [owner, other, vanished] = [await world.user(), await world.user(), await world.user()];
    await world.profile({ name: 'Own', ownerId: owner, timeTriggers: [timed('08:00')] });
    await world.gateway.db.write((em) =>
      em.query("UPDATE user SET state = 'VANISHED' WHERE id = ?", [Number(vanished.replace('User_', ''))]),
    );
    await world.profile({ name: 'Everybody', timeTriggers: [timed('09:00')] });
    await world.at('2026-06-01T08:00:00Z');
    expect([await world.active(owner), await world.active(other)]).toEqual(['Own', 'Available']);
    await world.at('2026-06-01T09:00:00Z');
    expect([await world.active(owner), await world.active(other), await world.active(vanished)]).toEqual([
      'Everybody',
      'Everybody',
      'Available',
    ]);
  });

  it('after a downtime each trigger fires once, for its latest occurrence, in their order', async () => {
    const { user, roleIds } = await alone();
    const evening = timed('20:00', { weekdays: DAILY });
    await world.profile({ name: 'Evening', roleIds, timeTriggers: [evening] });
    await world.profile({ name: 'Morning', roleIds, timeTriggers: [timed('07:00', { weekdays: DAILY })] });
    await world.profile({ name: 'Saturday', roleIds, timeTriggers: [timed('12:00', { weekdays: ['SATURDAY'] })] });
    await world.at('2026-06-10T12:00:00Z');
    expect(await world.history(user)).toEqual([
      'TIME_TRIGGER APPLIED Morning',
      'TIME_TRIGGER APPLIED Evening',
      'TIME_TRIGGER APPLIED Saturday',
    ]);
  });

  it('is started by one line and works by itself', async () => {
    const { user, roleIds } = await alone();
    await world.profile({ name: 'By itself', roleIds, timeTriggers: [timed('08:00')] });
    world.gateway.clock.freeze(Date.parse('2026-06-01T08:00:00Z'));
    world.runner.start(20);
    for (let tries = 0; tries < 100 && (await world.active(user)) !== 'By itself'; tries++) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    await world.runner.stop();
    expect(await world.active(user)).toBe('By itself');
  });
});

describe('Teams meetings', () => {
  let world: World;
  let user: string;
  let name: string;
  let roleIds: string[];
  let count = 0;
  beforeAll(async () => (world = await World.start()));
  afterAll(() => world.gateway.close());
  /** A new person with a sticky profile of the name Meeting. */
  beforeEach(async () => {
    name = `person${++count}`;
    user = await world.user(name);
    roleIds = [await world.role(name, [], [user])];
    await world.profile({ name: 'Meeting', roleIds, sticky: true, teamsMeetingTriggers: [{}] });
  });

  it('P10, P11: switches by userPrincipalName, whatever its case; at the end the previous profile returns', async () => {
    await world.activate(DND_ID, user);
    const start = await world.meeting(name.toUpperCase(), true);
    expect(start).toMatchObject({ cause: 'TEAMS_MEETING_START', outcome: 'APPLIED', to: { name: 'Meeting' } });
    const end = await world.meeting(name, false);
    expect(end).toMatchObject({ cause: 'TEAMS_MEETING_END', outcome: 'APPLIED', to: { name: 'DND' } });
    expect(await world.presence(user)).toMatchObject({ active: { name: 'DND' }, previous: { name: 'Available' } });
  });

  it('P12: a trigger that the sticky profile suppresses is dropped and recorded', async () => {
    world.gateway.clock.freeze(Date.parse('2026-06-01T00:00:00Z'));
    const trigger = { effect: 'ACTIVATE', at: '08:00', timezone: 'UTC' };
    await world.profile({ name: 'Timed', roleIds, timeTriggers: [trigger] });
    await world.meeting(name, true);
    await world.at('2026-06-01T08:00:00Z');
    await world.meeting(name, false);
    expect(await world.history(user)).toEqual([
      'TEAMS_MEETING_END APPLIED Available',
      'TIME_TRIGGER SUPPRESSED_BY_STICKY Timed',
      'TEAMS_MEETING_START APPLIED Meeting',
    ]);
  });

  it('P13: a manual change during the meeting cancels the return', async () => {
    await world.meeting(name, true);
    await world.activate(DND_ID, user);
    expect(await world.meeting(name, false)).toBeNull();
    expect(await world.active(user)).toBe('DND');
  });

  it('P13a: a known event, an unknown name, a second start and a second end change nothing', async () => {
    await world.meeting(name, true, `start of ${name}`);
    const before = await world.presence(user);
    const again = [
      await world.meeting(name, true, `start of ${name}`),
      await world.meeting(name, false, `start of ${name}`),
      await world.meeting(name, true),
      await world.meeting('nobody', true),
    ];
    expect(again).toEqual([null, null, null, null]);
    expect(await world.presence(user)).toEqual(before);
    expect(await world.meeting(name, false)).toMatchObject({ outcome: 'APPLIED' });
    expect(await world.meeting(name, false)).toBeNull();
  });

  it('P13a: the same event many times at once counts once', async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => world.meeting(name, true, `once for ${name}`)));
    expect(answers.filter((answer) => answer !== null)).toHaveLength(1);
    expect(await world.history(user)).toEqual(['TEAMS_MEETING_START APPLIED Meeting']);
  });

  it('P13a: of several matching profiles the user’s own comes first, then by name; none matching: null', async () => {
    await world.profile({ name: 'Another', roleIds, teamsMeetingTriggers: [{}] });
    expect(await world.meeting(name, true)).toMatchObject({ to: { name: 'Another' } });
    await world.meeting(name, false);
    await world.profile({ name: 'Zz own', ownerId: user, teamsMeetingTriggers: [{}] });
    expect(await world.meeting(name, true)).toMatchObject({ to: { name: 'Zz own' } });
    const lone = `lone${count}`;
    await world.user(lone);
    expect(await world.meeting(lone, true)).toBeNull();
  });

  it('P19: without profile.personal it is recorded as NOT_ENTITLED', async () => {
    await world.permit([]);
    expect(await world.meeting(name, true)).toMatchObject({ outcome: 'NOT_ENTITLED', to: { name: 'Meeting' } });
    expect(await world.active(user)).toBe('Available');
    await world.permit();
  });

  it('P13a: an event needs an id', async () => {
    const text = 'mutation { teamsMeetingEvent(userPrincipalName: "a", inMeeting: true, eventId: "") { id } }';
    expect(await world.gateway.refused(text)).toMatchObject({ code: 'BAD_USER_INPUT', field: 'eventId' });
  });

  it('P18: a profile deleted during a meeting is not returned to', async () => {
    const id = await world.profile({ name: 'Deleted', roleIds });
    await world.activate(id, user);
    await world.meeting(name, true);
    await world.gateway.run('mutation ($id: ID!) { deleteClientProfile(id: $id) }', { id });
    await world.meeting(name, false);
    expect(await world.active(user)).toBe('Available');
  });
});
