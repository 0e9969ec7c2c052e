import { createClient, type Client } from 'graphql-ws';
import WebSocket from 'ws';
import { DND_ID, World } from './world';

describe('subscription profileChanged', () => {
  let world: World;
  const clients: Client[] = [];
  beforeAll(async () => (world = await World.start()));
  afterAll(async () => {
    for (const client of clients) await client.dispose();
    await world.gateway.close();
  });

  /** Follows changes; `names` fills with whose they are. */
  const follow = (token: string | null, userId: string | null = null) => {
    const connectionParams = token ? { authorization: `Bearer ${token}` } : {};
    const client = createClient({
      url: `${world.gateway.url.replace('http', 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams,
      retryAttempts: 0,
    });
    clients.push(client);
    const names: string[] = [];
    const errors: unknown[] = [];
    const query =
      'subscription ($u: ID) { profileChanged(userId: $u) { outcome to { name } user { userId presence { active { name } } } } }';
    interface Event {
      profileChanged: { to: { name: string }; user: { userId: string; presence: { active: { name: string } } } };
    }
    client.subscribe<Event>(
      { query, variables: { u: userId } },
      {
        next: ({ data, errors: faults }) => {
          if (faults) errors.push(faults);
          const event = data?.profileChanged;
          if (event) names.push(`${event.user.userId} ${event.to.name} ${event.user.presence.active.name}`);
        },
        error: (error) => errors.push(error),
        complete: () => undefined,
      },
    );
    return { names, errors };
  };
  const until = async (isTrue: () => boolean) => {
    for (let tries = 0; tries < 150 && !isTrue(); tries++) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  const settled = () => new Promise((resolve) => setTimeout(resolve, 400));

  it('tells changes as they happen: all to administrators, those of seen people to clients, one person’s', async () => {
    const [ada, ben, cem] = [await world.user('ada'), await world.user('ben'), await world.user('cem')];
    await world.team('Two', [ada, ben]);
    const admin = follow(world.gateway.adminToken);
    const client = follow(await world.client(ada));
    const one = follow(world.gateway.adminToken, cem);
    await settled();
    for (const user of [ada, ben, cem]) await world.activate(DND_ID, user);
    await world.activate('ClientProfile_1', ben);
    await until(() => admin.names.length >= 4);
    await settled();
    expect(admin.names).toHaveLength(4);
    expect(client.names.map((name) => name.split(' ')[0])).toEqual(['ada', 'ben', 'ben']);
    expect(client.names[2]).toBe('ben Available Available');
    expect(one.names).toEqual(['cem DND DND']);
    expect([admin.errors, client.errors, one.errors]).toEqual([[], [], []]);
  });

  it('is for those who are signed in, and for people they see', async () => {
    const user = await world.user();
    const [nobody, stranger] = [follow(null), follow(await world.client(user), await world.user())];
    await until(() => nobody.errors.length > 0 && stranger.errors.length > 0);
    expect(JSON.stringify(nobody.errors)).toContain('UNAUTHENTICATED');
    expect(JSON.stringify(stranger.errors)).toContain('NOT_FOUND');
  });
});
