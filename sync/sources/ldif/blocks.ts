import type { Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { basename } from 'node:path';

import { IncompleteRead } from '../../source';

const CHUNK = 1 << 20;
const MAX_RECORD = 256 << 20;
const LF = 0x0a;
const CR = 0x0d;

/** The bytes between two blank lines, and the number of their first line in the file (from 1). */
export interface Block {
  bytes: Buffer;
  line: number;
}

/** An opened file that has to stay as it is until its reader has finished, however often that goes through it. */
export class LdifFile {
  private constructor(
    private readonly file: FileHandle,
    private readonly before: Stats,
    readonly label: string,
  ) {}

  /** @throws IncompleteRead where it cannot be opened or is empty. */
  static async open(path: string): Promise<LdifFile> {
    const label = `The file "${basename(path)}"`;
    const file = await open(path, 'r').catch((error: unknown) => {
      throw new IncompleteRead(`${label} could not be opened: ${errorCode(error)}.`, { cause: error });
    });
    const before = await file.stat();
    if (before.isFile() && before.size > 0) return new LdifFile(file, before, label);
    await file.close();
    throw new IncompleteRead(`${label} is ${before.isFile() ? 'empty' : 'no regular file'}.`);
  }

  /**
   * The records from the first to the last, cut at blank lines, in bounded memory: a batch for each part read. Line ends
   * may be LF or CRLF, a byte order mark is taken away.
   *
   * @throws IncompleteRead where the file ends in the middle of a line, is no UTF-8 text file, or changed meanwhile:
   * then nobody knows what is missing.
   */
  async *blocks(signal: AbortSignal): AsyncGenerator<Block[], void> {
    const splitter = new BlockSplitter(this.label);
    for (let position = 0; position < this.before.size;) {
      signal.throwIfAborted();
      const { bytesRead, buffer } = await this.file.read({ buffer: Buffer.allocUnsafe(CHUNK), position });
      if (bytesRead === 0) break;
      position += bytesRead;
      yield splitter.push(buffer.subarray(0, bytesRead));
    }
    const after = await this.file.stat();
    if (after.size !== this.before.size || after.mtimeMs !== this.before.mtimeMs) {
      throw new IncompleteRead(
        `${this.label} was changed while it was read; put files in place when they are finished.`,
      );
    }
    yield splitter.end();
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

class BlockSplitter {
  private rest: Buffer = Buffer.alloc(0);
  private line = 1;
  private isFirst = true;

  constructor(private readonly label: string) {}

  push(chunk: Buffer): Block[] {
    if (chunk.includes(0)) {
      throw new IncompleteRead(`${this.label} holds zero bytes: it is UTF-16 or damaged. It has to be UTF-8 text.`);
    }
    let data = this.rest.length === 0 ? chunk : Buffer.concat([this.rest, chunk]);
    if (this.isFirst) data = withoutByteOrderMark(data);
    this.isFirst = false;
    const blocks: Block[] = [];
    let start = 0;
    for (let boundary = nextBoundary(data, start); boundary; boundary = nextBoundary(data, start)) {
      this.take(data.subarray(start, boundary.end), blocks);
      start = boundary.next;
      this.line++;
    }
    this.rest = data.subarray(start);
    if (this.rest.length > MAX_RECORD) {
      throw new IncompleteRead(`${this.label} has a record of more than ${MAX_RECORD >> 20} MB at line ${this.line}.`);
    }
    return blocks;
  }

  end(): Block[] {
    if (this.rest.length > 0 && this.rest.at(-1) !== LF) {
      throw new IncompleteRead(
        `${this.label} ends in the middle of a line: it is cut off, or its last line lacks its end.`,
      );
    }
    const blocks: Block[] = [];
    this.take(this.rest, blocks);
    return blocks;
  }

  private take(bytes: Buffer, blocks: Block[]): void {
    if (bytes.length === 0) return;
    blocks.push({ bytes, line: this.line });
    for (let at = bytes.indexOf(LF); at >= 0; at = bytes.indexOf(LF, at + 1)) this.line++;
  }
}

/** The next blank line: where the record before it ends (its line end included) and where the next begins. */
function nextBoundary(data: Buffer, start: number): { end: number; next: number } | null {
  // A record cannot begin with a blank line: several blank lines are one boundary after the other.
  const blank = blankLineAt(data, start);
  if (blank > 0) return { end: start, next: start + blank };
  for (let at = data.indexOf(LF, start); at >= 0; at = data.indexOf(LF, at + 1)) {
    const length = blankLineAt(data, at + 1);
    if (length > 0) return { end: at + 1, next: at + 1 + length };
  }
  return null;
}

function blankLineAt(data: Buffer, at: number): number {
  if (data[at] === LF) return 1;
  return data[at] === CR && data[at + 1] === LF ? 2 : 0;
}

function withoutByteOrderMark(data: Buffer): Buffer {
  return data[0] === 0xef && data[1] === 0xbb && data[2] === 0xbf ? data.subarray(3) : data;
}

function errorCode(error: unknown): string {
  if (typeof error === 'object' && error !== null && 'code' in error) {
    if (error.code === 'ENOENT') return 'it does not exist';
    if (error.code === 'EACCES') return 'its permissions do not allow it';
    return String(error.code);
  }
  return 'unknown failure';
}
