import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { Transform, type TransformCallback } from 'node:stream';

/**
 * What the proxy does to the bytes that come back from the server. Counts are per connection.
 *
 * - `pass`: nothing.
 * - `cut`: lets `afterBytes` through, then resets the connection.
 * - `truncate`: lets `afterBytes` through, then ends the answer in good order (FIN), as if that had been all.
 * - `corrupt`: inverts the byte at position `atByte`, from 0.
 * - `delay`: hands on each piece `ms` later.
 * - `hang`: accepts connections and the client's bytes, and answers nothing (open connections fall silent, too).
 * - `refuse`: resets new connections at once.
 */
export type ProxyMode =
  | { mode: 'pass' }
  | { mode: 'cut'; afterBytes: number }
  | { mode: 'truncate'; afterBytes: number }
  | { mode: 'corrupt'; atByte: number }
  | { mode: 'delay'; ms: number }
  | { mode: 'hang' }
  | { mode: 'refuse' };

export interface FaultProxy {
  readonly host: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Bytes of the server that went through so far, over all connections; to aim a cut at the middle of an answer. */
  readonly bytes: number;
  /** The same by connection, in the order in which they were accepted. */
  readonly bytesByConnection: readonly number[];
  /** Applies at once, also to open connections. Their counts go on from where they are. */
  setMode(mode: ProxyMode): void;
  /** Resets all open connections; new ones go on. */
  disconnectAll(): void;
  /** Ends all connections and stops listening. Idempotent. */
  stop(): Promise<void>;
}

interface Counts {
  connections: number;
  byConnection: number[];
}

/**
 * Starts a TCP proxy on a free loopback port in front of a server: of any protocol, TLS included, as it looks at bytes
 * only. The server need not be there yet; where it cannot be reached, the client's connection is reset.
 */
export async function startFaultProxy(target: { host?: string; port: number }): Promise<FaultProxy> {
  let mode: ProxyMode = { mode: 'pass' };
  const counts: Counts = { connections: 0, byConnection: [] };
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    counts.byConnection[counts.connections++] = 0;
    track(client);
    if (mode.mode === 'refuse') return void reset(client);
    const upstream = connect({ port: target.port, host: target.host ?? '127.0.0.1' });
    track(upstream);
    join(client, upstream, new Tampering(() => mode, client, counts, counts.connections - 1));
  });
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  };
  const disconnectAll = () => sockets.forEach(reset);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: '127.0.0.1',
    port: (server.address() as AddressInfo).port,
    get connections() {
      return counts.connections;
    },
    get bytes() {
      return counts.byConnection.reduce((sum, bytes) => sum + bytes, 0);
    },
    get bytesByConnection() {
      return counts.byConnection;
    },
    setMode(next) {
      mode = next;
    },
    disconnectAll,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        disconnectAll();
      }),
  };
}

/** RST instead of FIN. libuv refuses it for a socket that is shutting down, and Node then never ends: those are closed. */
function reset(socket: Socket): void {
  if (socket.writableEnded || socket.destroyed) socket.destroy();
  else socket.resetAndDestroy();
}

function join(client: Socket, upstream: Socket, tampering: Tampering): void {
  client.pipe(upstream);
  upstream.pipe(tampering).pipe(client);
  upstream.on('error', () => reset(client));
  client.on('error', () => upstream.destroy());
  client.on('close', () => upstream.destroy());
}

/** The way of the server's bytes to one client. */
class Tampering extends Transform {
  private passed = 0;
  private hasEnded = false;

  constructor(
    private readonly mode: () => ProxyMode,
    private readonly client: Socket,
    private readonly counts: Counts,
    private readonly connection: number,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    const mode = this.mode();
    if (this.hasEnded || mode.mode === 'hang') return done();
    switch (mode.mode) {
      case 'cut':
      case 'truncate':
        this.limit(chunk, mode.afterBytes, () => (mode.mode === 'cut' ? reset(this.client) : this.push(null)));
        return done();
      case 'corrupt':
        this.hand(invertedAt(chunk, mode.atByte - this.passed));
        return done();
      case 'delay':
        return void setTimeout(() => {
          this.hand(chunk);
          done();
        }, mode.ms);
      default:
        this.hand(chunk);
        done();
    }
  }

  override _flush(done: TransformCallback): void {
    // Where the server ends, a hanging proxy still says nothing.
    if (this.mode().mode !== 'hang') done();
  }

  private hand(chunk: Buffer): void {
    this.passed += chunk.length;
    this.counts.byConnection[this.connection] = this.passed;
    this.push(chunk);
  }

  private limit(chunk: Buffer, afterBytes: number, end: () => void): void {
    const room = Math.max(0, afterBytes - this.passed);
    if (room > 0) this.hand(chunk.subarray(0, room));
    if (chunk.length < room) return;
    this.hasEnded = true;
    // A reset throws away what is still on its way: first let the bytes out.
    setTimeout(end, 20);
  }
}

function invertedAt(chunk: Buffer, position: number): Buffer {
  const copy = Buffer.from(chunk);
  const byte = copy[position];
  if (byte !== undefined) copy[position] = byte ^ 0xff;
  return copy;
}
