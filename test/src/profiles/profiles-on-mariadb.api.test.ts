import { describeWith } from '../../support/availability';
import { createTestDatabase } from '../../support/shared-mariadb';
import { DND_ID, World } from './world';

describeWith('mariadb', 'client profiles on MariaDB', () => {
  let world: World;
  let drop: () => Promise<void>;
  beforeAll(async () => {
    const database = await createTestDatabase();
    drop = () => database.drop();
    // Nobody listens there: messages wait for another attempt.
    const pbxWebhook = { url: 'http://127.0.0.1:9/', secret: 'secret' };
    world = await World.start(true, { databaseUrl: database.url, config: { pbxWebhook, teamsClientState: 'state' } });
  });
  afterAll(async () => {
    await world.gateway.close();
    await drop();
  });

  it('P1–P19: what happens and what is shown is the same', async () => {
    world.gateway.clock.freeze(Date.parse('2026-06-01T07:00:00Z'));
    const [ada, ben] = [await world.user('ada'), await world.user('ben')];
    const roleIds = [await world.role('Staff', [], [ada])];
    const team = await world.team('Team', [ada, ben]);
    await world.endpoint(ada, 'desk');
    const workplaceId = await world.workplace('Desk 1');
    const redirect = { kind: 'SET_REDIRECT_NUMBER', redirectNumber: '4711' };
    const onEnter = [{ kind: 'TEAM_PAUSE', teamId: team }, { kind: 'SET_WORKPLACE', workplaceId }, redirect];
    const timeTriggers = [{ effect: 'ACTIVATE', at: '08:00', timezone: 'UTC' }];
    const work = await world.profile({ name: 'Work', roleIds, onEnter, timeTriggers });
    await world.profile({ name: 'Meeting', ownerId: ada, sticky: true, teamsMeetingTriggers: [{}] });
    await world.activate(DND_ID, ada);
    expect((await world.person(ada)).endpoints).toEqual([{ name: 'desk', enabled: false, gsmMode: false }]);
    await world.at('2026-06-01T08:00:00Z');
    await world.meeting('ada', true);
    await world.meeting('ada', false);
    await world.gateway.run('mutation ($id: ID!) { deleteClientProfile(id: $id) }', { id: work });
    expect(await world.history(ada)).toEqual([
      'PROFILE_DELETED APPLIED DND',
      'TEAMS_MEETING_END APPLIED undefined',
      'TEAMS_MEETING_START APPLIED Meeting',
      'TIME_TRIGGER APPLIED undefined',
      'MANUAL APPLIED DND',
    ]);
    const person = await world.person(ada);
    expect(person.presence).toMatchObject({ workplace: { name: 'Desk 1' }, redirectNumber: '4711' });
    expect(person.availableProfiles.map(({ name }) => name)).toEqual(['Available', 'DND', 'Meeting']);
    expect(person.roles.map(({ name }) => name)).toEqual(['All', 'Staff']);
    expect([await world.callState(team, ada), await world.callState(team, ben)]).toEqual(['PAUSED', 'LOGGED_IN']);
    const { clientProfiles, roles, workplaces } = await world.gateway.run<Record<string, { name: string }[]>>(
      '{ clientProfiles { name triggers { id enabled } onEnter { kind } } roles { name userCount } workplaces { name } }',
    );
    expect([clientProfiles?.length, roles, workplaces]).toEqual([
      3,
      [
        { name: 'All', userCount: 2 },
        { name: 'Staff', userCount: 1 },
      ],
      [{ name: 'Desk 1' }],
    ]);
  });

  it('P10: finds a person of Microsoft Graph by the id of the directory', async () => {
    const response = await fetch(`${world.gateway.url}/integrations/teams/notifications`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        value: [
          {
            subscriptionId: 's',
            clientState: 'state',
            resource: 'communications/presences/0f3c1b8e-5d2a-4a57-9a0e-0c9c1d2e3f40',
            resourceData: { activity: 'InACall' },
          },
        ],
      }),
    });
    expect(response.status).toBe(202);
  });
});
