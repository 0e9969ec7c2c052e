import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isSigned, signWebhook } from '../../../src/standard-webhooks';
import { TriggerRunner } from '../../../src/profiles/trigger.runner';
import { WAITING } from '../../../src/profiles/webhook-pbx';
import { DND_ID, World, type Result } from './world';

const SECRET = `whsec_${Buffer.from('the secret of the telephone system').toString('base64')}`;

interface Received {
  headers: IncomingHttpHeaders;
  body: string;
  verified: boolean;
}
interface Message {
  type: string;
  data: { kind: string; chain: string; position: number; redirectNumber: string | null; user: { userId: string } };
}

/** A telephone system: verifies what it gets and answers as it is told, else 204. */
class PbxServer {
  readonly received: Received[] = [];
  readonly answers: (number | 'hang up')[] = [];
  private constructor(private readonly server: Server) {}

  static async start(): Promise<PbxServer> {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString('utf8')));
      request.on('end', () => {
        const header = (name: string) => String(request.headers[name]);
        const timestamp = Number(header('webhook-timestamp'));
        const verified = isSigned(SECRET, header('webhook-id'), timestamp, body, header('webhook-signature'));
        pbx.received.push({ headers: request.headers, body, verified });
        const answer = pbx.answers.shift() ?? 204;
        if (answer === 'hang up') request.socket.destroy();
        else response.writeHead(answer).end(answer >= 400 ? 'no such\ndevice' : undefined);
      });
    });
    const pbx = new PbxServer(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return pbx;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hooks`;
  }

  messages(): Message[] {
    return this.received.map(({ body }) => JSON.parse(body) as Message);
  }

  close(): Promise<void> {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}

describe('webhooks of the telephone system (P15)', () => {
  let pbx: PbxServer;
  let world: World;
  beforeAll(async () => {
    pbx = await PbxServer.start();
    world = await World.start(true, { config: { pbxWebhook: { url: pbx.url, secret: SECRET } } });
  });
  beforeEach(() => {
    pbx.received.length = 0;
    pbx.answers.length = 0;
  });
  afterAll(async () => {
    await world.gateway.close();
    await pbx.close();
  });

  const results = async (user: string): Promise<Result[]> => {
    const [change] = (await world.presence(user)).history.nodes;
    return [...(change?.leaveResults ?? []), ...(change?.enterResults ?? [])];
  };
  const redirect = (redirectNumber: string) => ({ kind: 'SET_REDIRECT_NUMBER', redirectNumber });
  const waiting = () => world.gateway.db.rows('SELECT id FROM pbx_delivery');

  it('each action is told after the change, signed, in order, and its answer recorded', async () => {
    const user = await world.user('told');
    const first = await world.profile({ onLeave: [redirect('1'), { kind: 'UNSET_REDIRECTION' }] });
    const second = await world.profile({ onEnter: [redirect('2'), redirect('3')] });
    await world.activate(first, user);
    await world.activate(second, user);
    expect((await results(user)).map(({ ok, error }) => [ok, error])).toEqual(new Array(4).fill([false, WAITING]));
    expect(pbx.received).toEqual([]);
    await world.runner.tick();
    expect((await results(user)).map(({ ok, error }) => [ok, error])).toEqual(new Array(4).fill([true, null]));
    expect(pbx.received.map(({ verified }) => verified)).toEqual(new Array(4).fill(true));
    expect(
      pbx.messages().map(({ type, data }) => [type, data.chain, data.position, data.kind, data.redirectNumber]),
    ).toEqual([
      ['client-profile.action', 'LEAVE', 1, 'SET_REDIRECT_NUMBER', '1'],
      ['client-profile.action', 'LEAVE', 2, 'UNSET_REDIRECTION', null],
      ['client-profile.action', 'ENTER', 1, 'SET_REDIRECT_NUMBER', '2'],
      ['client-profile.action', 'ENTER', 2, 'SET_REDIRECT_NUMBER', '3'],
    ]);
    expect(pbx.messages()[0]?.data.user.userId).toBe('told');
    expect(new Set(pbx.received.map(({ headers }) => headers['webhook-id'])).size).toBe(4);
    expect(await waiting()).toEqual([]);
    expect((await world.presence(user)).redirectNumber).toBe('3');
  });

  it('a refusal is recorded with its action, and the chain goes on (P16)', async () => {
    const user = await world.user();
    pbx.answers.push(422);
    await world.activate(await world.profile({ onEnter: [redirect('1'), redirect('2')] }), user);
    await world.runner.tick();
    expect((await results(user)).map(({ ok, error }) => [ok, error])).toEqual([
      [false, 'The telephone system answered 422: no such device.'],
      [true, null],
    ]);
  });

  it('is repeated under the same webhook-id, later ones of the user waiting, until it is given up', async () => {
    const user = await world.user();
    pbx.answers.push(503, 'hang up', 200);
    await world.activate(await world.profile({ onEnter: [redirect('1'), redirect('2')] }), user);
    await world.runner.tick();
    expect(pbx.received).toHaveLength(1);
    for (const pause of [1_000, 5_000]) {
      world.gateway.clock.advance(pause);
      await world.runner.tick();
    }
    expect(pbx.messages().map(({ data }) => data.redirectNumber)).toEqual(['1', '1', '1', '2']);
    const ids = pbx.received.map(({ headers }) => headers['webhook-id']);
    expect([ids[0], ids[1]]).toEqual([ids[2], ids[2]]);
    expect((await results(user)).map(({ ok }) => ok)).toEqual([true, true]);

    pbx.answers.push(500, 500, 500, 500, 500);
    await world.activate(await world.profile({ onEnter: [redirect('3')] }), user);
    for (const pause of [0, 1_000, 5_000, 30_000, 120_000, 1_000_000]) {
      world.gateway.clock.advance(pause);
      await world.runner.tick();
    }
    expect(pbx.received).toHaveLength(9);
    expect((await results(user)).map(({ ok, error }) => [ok, error])).toEqual([
      [false, 'The telephone system answered 500: no such device.'],
    ]);
  });

  it('what cannot be done here is not told, nor is a change that was refused', async () => {
    const user = await world.user();
    const teamId = await world.team('Without him', []);
    await world.activate(await world.profile({ onEnter: [{ kind: 'TEAM_LOGIN', teamId }] }), user);
    await world.profile({ name: 'Barred', roleIds: [await world.role('Barred')], onEnter: [redirect('1')] });
    const { clientProfiles } = await world.gateway.run<{ clientProfiles: { id: string; name: string }[] }>(
      '{ clientProfiles { id name } }',
    );
    const barred = clientProfiles.find(({ name }) => name === 'Barred');
    expect(await world.refusedActivation(barred?.id ?? '', user)).toBe('FORBIDDEN');
    await world.runner.tick();
    expect(pbx.received).toEqual([]);
    expect(await results(user)).toEqual([
      { position: 1, kind: 'TEAM_LOGIN', ok: false, error: 'The user is not in the team.' },
    ]);
  });

  it('a telephone system that cannot be reached leaves the change as it is', async () => {
    const user = await world.user();
    pbx.answers.push('hang up');
    await world.activate(DND_ID, user);
    await world.runner.tick();
    expect(await world.active(user)).toBe('DND');
    expect((await results(user))[0]).toMatchObject({ ok: false, error: WAITING });
    world.gateway.clock.advance(1_000);
    await world.runner.tick();
    expect((await results(user))[0]).toMatchObject({ ok: true });
  });

  it('two replicas that send at once send each message once', async () => {
    const profile = await world.profile({ onEnter: [redirect('1'), redirect('2'), redirect('3')] });
    for (let people = 0; people < 5; people++) await world.activate(profile, await world.user());
    await Promise.all([world.runner.tick(), new TriggerRunner(world.gateway).tick()]);
    const ids = pbx.received.map(({ headers }) => headers['webhook-id']);
    expect(ids).toHaveLength(15);
    expect(new Set(ids).size).toBe(15);
  });
});

describe('signatures (Standard Webhooks)', () => {
  it('equals the example of the specification', () => {
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek';
    const body = '{"test": 2432232314}';
    const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    expect(signWebhook(secret, id, 1_614_265_330, body)).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=');
  });

  it.each([
    ['another body', 'id', 1, '{"a":2}'],
    ['another id', 'other', 1, '{"a":1}'],
    ['another time', 'id', 2, '{"a":1}'],
  ])('refuses %s', (_, id, timestamp, body) => {
    const signature = signWebhook('secret', 'id', 1, '{"a":1}');
    expect(isSigned('secret', 'id', 1, '{"a":1}', `v1,AAAA ${signature}`)).toBe(true);
    expect(isSigned('secret', id, timestamp, body, signature)).toBe(false);
    expect(isSigned('another', 'id', 1, '{"a":1}', signature)).toBe(false);
  });
});
