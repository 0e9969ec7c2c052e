import { World } from './world';

const CLIENT_STATE = 'a shared secret';
const ENTRA_ID = '0f3c1b8e-5d2a-4a57-9a0e-0c9c1d2e3f40';

describe('change notifications of Microsoft Graph (P10, P13a)', () => {
  let world: World;
  let count = 0;
  beforeAll(async () => {
    world = await World.start(true, { config: { teamsClientState: CLIENT_STATE } });
    await world.profile({ name: 'Meeting', teamsMeetingTriggers: [{}] });
  });
  afterAll(() => world.gateway.close());

  const post = (body: unknown, query = '') =>
    fetch(`${world.gateway.url}/integrations/teams/notifications${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  const notification = (resource: string, activity: string, more: object = {}) => ({
    subscriptionId: 'subscription-1',
    clientState: CLIENT_STATE,
    changeType: 'updated',
    resource,
    resourceData: {
      '@odata.type': '#Microsoft.Graph.presence',
      id: 'x',
      activity,
      availability: 'Busy',
      sequenceNumber: `A${++count}`,
    },
    ...more,
  });
  const of = (name: string) => `communications/presences/${encodeURIComponent(`${name}@example.com`)}`;

  it('answers a validation token as plain text', async () => {
    const token = 'Validation: Testing <b>client</b> application + reachability';
    const response = await fetch(
      `${world.gateway.url}/integrations/teams/notifications?validationToken=${encodeURIComponent(token)}`,
      { method: 'POST', headers: { 'content-type': 'text/plain; charset=utf-8' } },
    );
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/plain; charset=utf-8',
      token,
    ]);
  });

  it.each(['InACall', 'InAConferenceCall', 'InAMeeting', 'Presenting'])(
    '%s is a meeting, Available none',
    async (activity) => {
      const name = `by-${activity.toLowerCase()}`;
      const user = await world.user(name);
      expect((await post({ value: [notification(of(name), activity)] })).status).toBe(202);
      expect(await world.active(user)).toBe('Meeting');
      await post({ value: [notification(of(name), 'PresenceUnknown')] });
      expect(await world.active(user)).toBe('Meeting');
      await post({ value: [notification(of(name), 'Available')] });
      expect(await world.history(user)).toEqual([
        'TEAMS_MEETING_END APPLIED Available',
        'TEAMS_MEETING_START APPLIED Meeting',
      ]);
    },
  );

  it('P13a: a repeated notification changes nothing', async () => {
    const user = await world.user('repeated');
    const start = notification(of('repeated'), 'InAMeeting');
    await post({ value: [start] });
    await post({ value: [notification(of('repeated'), 'Available')] });
    expect((await post({ value: [start, start] })).status).toBe(202);
    expect(await world.active(user)).toBe('Available');
  });

  it.each([
    ["communications/presences('@')", {}],
    ['/users/@/presence', {}],
    ['communications/presences/@', {}],
  ])('finds a person by the id of the directory in %s', async (resource) => {
    const user = await world.user();
    await world.gateway.db.write(async (em) => {
      const key = Number(user.replace('User_', ''));
      await em.query("DELETE FROM directory_source WHERE name = 'Entra'");
      await em.query(
        `INSERT INTO directory_source (name, nameKey, kind, settings, mapping, matchBy, createdAt, updatedAt) VALUES ('Entra', 'entra', 'SCIM', '{}', '{}', '[]', 0, 0)`,
      );
      await em.query('UPDATE user SET externalId = ?, sourceId = (SELECT MAX(id) FROM directory_source) WHERE id = ?', [
        ENTRA_ID,
        key,
      ]);
    });
    await post({ value: [notification(resource.replace('@', ENTRA_ID.toUpperCase()), 'InACall')] });
    expect(await world.active(user)).toBe('Meeting');
  });

  it('names somebody unknown, another resource or a lifecycle event: accepted, nothing happens', async () => {
    const before = await world.gateway.db.rows('SELECT id FROM profile_change');
    const response = await post({
      value: [
        notification(of('nobody'), 'InACall'),
        notification('users/1/messages/2', 'InACall', { resourceData: { id: '2' } }),
        notification(of('repeated'), 'InACall', { lifecycleEvent: 'reauthorizationRequired' }),
      ],
    });
    expect(response.status).toBe(202);
    expect(await world.gateway.db.rows('SELECT id FROM profile_change')).toEqual(before);
  });

  it('a wrong clientState is refused; among right ones it is passed over', async () => {
    const [user, other] = [await world.user('state1'), await world.user('state2')];
    const forged = { ...notification(of('state1'), 'InACall'), clientState: 'guess' };
    expect((await post({ value: [forged, { ...forged, clientState: undefined }] })).status).toBe(403);
    expect((await post({ value: [forged, notification(of('state2'), 'InACall')] })).status).toBe(202);
    expect([await world.active(user), await world.active(other)]).toEqual(['Available', 'Meeting']);
  });

  it.each([[{}], [{ value: 'x' }], [null], [[]]])('a body like %j is refused', async (body) => {
    expect((await post(body)).status).toBe(400);
  });

  it('without a configured clientState it is switched off: 503', async () => {
    const other = await World.start();
    const response = await fetch(`${other.gateway.url}/integrations/teams/notifications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ value: [{ clientState: CLIENT_STATE }] }),
    });
    const body = (await response.json()) as { errors: { extensions: { code: string } }[] };
    expect([response.status, body.errors[0]?.extensions.code]).toEqual([503, 'FEATURE_DISABLED']);
    await other.gateway.close();
  });
});
