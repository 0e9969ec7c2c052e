import { connect, createServer, type AddressInfo, type Server } from 'node:net';

import { startFaultProxy, type FaultProxy } from './fault-proxy';

/** Answers every piece with ten letters, and ends when the client does. */
let server: Server;
let proxy: FaultProxy;

beforeEach(async () => {
  server = createServer((socket) => socket.on('error', () => undefined).on('data', () => socket.write('abcdefghij')));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy = await startFaultProxy({ port: (server.address() as AddressInfo).port });
});
afterEach(async () => {
  await proxy.stop();
  await new Promise((resolve) => server.close(resolve));
});

/** What a client gets for one question within 150 ms, and how it ends. */
function ask(): Promise<{ text: Buffer; end: 'FIN' | 'reset' | 'open'; ms: number }> {
  return new Promise((resolve) => {
    const begin = Date.now();
    let text = Buffer.alloc(0);
    const socket = connect({ port: proxy.port, host: proxy.host }, () => socket.write('?'));
    const finish = (end: 'FIN' | 'reset' | 'open') => {
      socket.destroy();
      resolve({ text, end, ms: Date.now() - begin });
    };
    socket.on('data', (chunk) => (text = Buffer.concat([text, chunk])));
    socket.on('end', () => finish('FIN'));
    socket.on('error', () => finish('reset'));
    setTimeout(() => finish('open'), 150);
  });
}

describe('the fault proxy', () => {
  it('passes', async () => {
    expect(await ask()).toMatchObject({ text: Buffer.from('abcdefghij'), end: 'open' });
    expect(proxy).toMatchObject({ connections: 1, bytes: 10 });
  });

  it('cuts, truncates, corrupts, hangs and refuses, as told between connections', async () => {
    proxy.setMode({ mode: 'cut', afterBytes: 4 });
    expect(await ask()).toMatchObject({ text: Buffer.from('abcd'), end: 'reset' });
    proxy.setMode({ mode: 'truncate', afterBytes: 4 });
    expect(await ask()).toMatchObject({ text: Buffer.from('abcd'), end: 'FIN' });
    proxy.setMode({ mode: 'corrupt', atByte: 1 });
    expect((await ask()).text).toEqual(Buffer.from([0x61, 0x62 ^ 0xff, ...Buffer.from('cdefghij')]));
    proxy.setMode({ mode: 'hang' });
    expect(await ask()).toMatchObject({ text: Buffer.alloc(0), end: 'open' });
    proxy.setMode({ mode: 'refuse' });
    expect(await ask()).toMatchObject({ text: Buffer.alloc(0), end: 'reset' });
  });

  it('delays', async () => {
    proxy.setMode({ mode: 'delay', ms: 60 });
    expect((await ask()).text.toString()).toBe('abcdefghij');
    proxy.setMode({ mode: 'delay', ms: 1_000 });
    expect((await ask()).text).toHaveLength(0);
  });

  it('resets open connections on request', async () => {
    const answer = ask();
    setTimeout(() => proxy.disconnectAll(), 50);
    expect(await answer).toMatchObject({ end: 'reset' });
  });
});
