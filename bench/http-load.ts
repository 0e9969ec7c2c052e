import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request, and how it is written on the wire once for all. */
export interface HttpRequest {
  method: string;
  path: string;
  headers: Record<string, string>;
  body?: string;
}

export interface LoadResult {
  /** Answers of 200. */
  count: number;
  seconds: number;
  /** Of answers of 200: milliseconds from the first byte sent to the last received, ascending. */
  latencies: Float64Array;
  bytes: number;
  /** Answers of 503 with Retry-After. */
  refused: number;
}

export interface LoadOptions {
  connections: number;
  seconds: number;
  /** The data changes meanwhile: answers may have another length than before, and are looked at for `errors`. */
  isChanging?: boolean;
  /** 503 with Retry-After is an answer like others; the connection asks again after so many milliseconds. */
  retryMilliseconds?: number;
}

const HEAD_END = Buffer.from('\r\n\r\n');
const ERRORS = Buffer.from('"errors":');
const CHUNKS_END = Buffer.from('0\r\n\r\n');

/**
 * Sends requests over so many connections, one at a time on each, by turns, for some seconds. Bodies are counted and not
 * parsed, so that of two cores most is left to the server; a client that does more would itself be the limit of fast ones.
 * @throws Error at an answer other than 200, or of another length than the first of the same request; see LoadOptions
 */
export async function sendLoad(
  url: string,
  requests: readonly HttpRequest[],
  { connections, seconds, isChanging = false, retryMilliseconds }: LoadOptions,
): Promise<LoadResult> {
  const { hostname, port, host } = new URL(url);
  const wire = requests.map((request) => onTheWire(request, host));
  const lengths = new Map<number, number>();
  const latencies: number[] = [];
  let bytes = 0;
  let [turn, refused] = [0, 0];
  const begin = performance.now();
  const end = begin + seconds * 1000;
  const converse = async () => {
    const socket = await opened(hostname, Number(port));
    const answers = new Answers(socket, isChanging);
    while (performance.now() < end) {
      const which = turn++ % wire.length;
      const sent = performance.now();
      socket.write(wire[which] ?? '');
      const { status, length, isWhole } = await answers.next();
      if (status === 503) {
        if (retryMilliseconds === undefined) throw new Error('a request was refused (503)');
        refused++;
        await sleep(retryMilliseconds);
        continue;
      }
      latencies.push(performance.now() - sent);
      bytes += length;
      const known = lengths.get(which);
      if (known === undefined) lengths.set(which, length);
      else if (isWhole && !isChanging && known !== length)
        throw new Error(`an answer of ${length} bytes instead of ${known}`);
    }
    socket.destroy();
  };
  await Promise.all(Array.from({ length: connections }, converse));
  const elapsed = (performance.now() - begin) / 1000;
  return { count: latencies.length, seconds: elapsed, latencies: Float64Array.from(latencies).sort(), bytes, refused };
}

/** The value below which a share of ascending values lies. */
export function quantile(ascending: Float64Array, share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(ascending.length * share))] ?? 0;
}

function onTheWire({ method, path, headers, body = '' }: HttpRequest, host: string): Buffer {
  const all = { host, ...headers, ...(body ? { 'content-length': String(Buffer.byteLength(body)) } : {}) };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n${body}`);
}

function opened(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true }, () => {
      socket.off('error', reject);
      resolve(socket);
    });
    socket.once('error', reject);
  });
}

interface Answer {
  /** 200, or 503 with Retry-After; any other is an error. */
  status: number;
  /** Bytes of the body as sent. */
  length: number;
  /** The length was told beforehand: equal answers have equal ones. */
  isWhole: boolean;
}

/** The answers on a connection, one after the other: heads are read, bodies are counted. */
class Answers {
  private head: Buffer | null = null;
  /** Bytes of the body still to come, or null where it comes in chunks. */
  private left: number | null = 0;
  private length = 0;
  private status = 0;
  private settle: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | null = null;

  constructor(
    socket: Socket,
    private readonly looksForErrors: boolean,
  ) {
    socket.on('data', (data: Buffer) => this.take(data));
    socket.on('error', (error) => this.settle?.reject(error));
    socket.on('close', () => this.settle?.reject(new Error('the server closed the connection')));
  }

  next(): Promise<Answer> {
    this.head = Buffer.alloc(0);
    return new Promise((resolve, reject) => (this.settle = { resolve, reject }));
  }

  private take(data: Buffer): void {
    let body = data;
    if (this.head) {
      const text = this.head.length > 0 ? Buffer.concat([this.head, data]) : data;
      const at = text.indexOf(HEAD_END);
      if (at < 0) return void (this.head = text);
      this.head = null;
      if (!this.begin(text.toString('latin1', 0, at), text.subarray(at))) return;
      body = text.subarray(at + HEAD_END.length);
    }
    this.length += body.length;
    if (this.looksForErrors && this.status === 200 && body.includes(ERRORS))
      return this.settle?.reject(new Error(`an answer has errors: ${body.toString('utf8', 0, 500)}`));
    if (this.left === null) {
      if (body.subarray(-CHUNKS_END.length).equals(CHUNKS_END)) this.finish(false);
    } else {
      this.left -= body.length;
      if (this.left <= 0) this.finish(true);
    }
  }

  private begin(head: string, body: Buffer): boolean {
    this.status = Number(head.slice(9, 12));
    if (this.status !== 200 && !(this.status === 503 && /\r\nretry-after: *\d/i.test(head))) {
      this.settle?.reject(new Error(`the answer was ${head.slice(0, 200)}${body.toString('utf8', 0, 500)}`));
      return false;
    }
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    this.left = length === undefined ? null : Number(length);
    this.length = 0;
    return true;
  }

  private finish(isWhole: boolean): void {
    const { settle, status, length } = this;
    this.settle = null;
    settle?.resolve({ status, length, isWhole });
  }
}
