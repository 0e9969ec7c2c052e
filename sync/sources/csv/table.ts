import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';

import { parse, type CsvError } from 'csv-parse';

import { IncompleteRead } from '../../source';

/** One row below the header. `problem` says why it cannot be read as a row of this table. */
export interface CsvRow {
  line: number;
  values: string[];
  problem: string | null;
}

interface ParsedRow {
  raw: string;
  record: string[];
  info: { lines: number };
}

/** A row larger than this is no row: a quote was opened and never closed. */
const MAX_ROW_BYTES = 4 * 1024 * 1024;
const CHUNK_BYTES = 64 * 1024;

/**
 * A CSV file (RFC 4180, UTF-8 with or without BOM) opened for one or more passes over the very same bytes.
 *
 * Quotes that are wrong within one line make that row a problem; where it cannot be told any more which row ends where,
 * the pass fails, for rows lost between two quotes would look like people who left.
 */
export class CsvTable {
  private constructor(
    private readonly file: FileHandle,
    private readonly delimiter: string,
    private readonly sizeAtOpening: number,
    private readonly timeAtOpening: number,
    private readonly endsWithNewline: boolean,
  ) {}

  /** @throws IncompleteRead in plain words: not there, not readable, empty, or UTF-16. */
  static async open(path: string, delimiter: string): Promise<CsvTable> {
    const file = await open(path, 'r').catch((error: unknown) => {
      throw new IncompleteRead(`The CSV file cannot be opened: ${reasonOf(error)}.`, { cause: error });
    });
    try {
      const { size, mtimeMs } = await file.stat();
      if (size === 0) throw new IncompleteRead('The CSV file is empty.');
      const edges = Buffer.alloc(3);
      await file.read(edges, 0, 2, 0);
      await file.read(edges, 2, 1, size - 1);
      if (edges.readUInt16BE(0) === 0xfffe || edges.readUInt16BE(0) === 0xfeff) {
        throw new IncompleteRead('The CSV file is UTF-16. Export or save it as UTF-8.');
      }
      return new CsvTable(file, delimiter, size, mtimeMs, edges[2] === 0x0a || edges[2] === 0x0d);
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /**
   * Tells the header as a first row (line 1), then every row. One pass; call it again for another.
   *
   * @throws IncompleteRead when the file was cut inside a quoted field or within its last row, or changed meanwhile.
   */
  async *rows(signal: AbortSignal): AsyncGenerator<CsvRow> {
    let columns = 0;
    const wellFormed = wellFormedRow(this.delimiter);
    for await (const { raw, record, info } of this.parsed(signal)) {
      const row = { line: info.lines, values: record, problem: null };
      if (columns === 0) {
        columns = record.length;
        yield row;
        continue;
      }
      const text = raw.replace(/[\r\n]+$/, '');
      const isLastWithoutEnd = text === raw && !this.endsWithNewline;
      if (record.length < columns && isLastWithoutEnd) {
        throw new IncompleteRead(`The CSV file ends in the middle of its last row (line ${info.lines}): it was cut.`);
      }
      const isQuotedWell = !text.includes('"') || wellFormed.test(text);
      if (!isQuotedWell && /[\r\n]/.test(text)) {
        throw new IncompleteRead(
          `Quotes do not match up to line ${info.lines} of the CSV file: it cannot be told where its rows end.`,
        );
      }
      yield { ...row, problem: isQuotedWell ? shapeProblem(record, columns) : 'A quote stands inside a field.' };
    }
    await this.refuseChanged();
  }

  /** Ends the use of the file. Idempotent. */
  async close(): Promise<void> {
    await this.file.close();
  }

  private async *parsed(signal: AbortSignal): AsyncGenerator<ParsedRow> {
    const bytes = Readable.from(this.chunks(signal), { objectMode: false });
    const parser = parse({
      bom: true,
      delimiter: this.delimiter,
      info: true,
      raw: true,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      max_record_size: MAX_ROW_BYTES,
    });
    bytes.on('error', (error) => parser.destroy(error));
    try {
      for await (const row of bytes.pipe(parser)) yield row as ParsedRow;
    } catch (error) {
      signal.throwIfAborted();
      throw asIncomplete(error);
    } finally {
      bytes.destroy();
    }
  }

  /** The bytes by position: a stream of the file itself would close it at its end, and a second pass needs it open. */
  private async *chunks(signal: AbortSignal): AsyncGenerator<Buffer> {
    for (let position = 0; ;) {
      signal.throwIfAborted();
      const { bytesRead, buffer } = await this.file.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES, position);
      if (bytesRead === 0) return;
      position += bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  }

  private async refuseChanged(): Promise<void> {
    const { size, mtimeMs } = await this.file.stat();
    if (size !== this.sizeAtOpening || mtimeMs !== this.timeAtOpening) {
      throw new IncompleteRead('The CSV file was changed while it was read.');
    }
  }
}

function shapeProblem(record: string[], columns: number): string | null {
  const extra = record.slice(columns).some((value) => value !== '');
  if (record.length < columns || extra) return `The row has ${record.length} columns, the header has ${columns}.`;
  if (record.some((value) => value.includes('\ufffd'))) return 'The row is not valid UTF-8.';
  return null;
}

/** RFC 4180: every field is either free of quotes or quoted as a whole with inner quotes doubled. */
function wellFormedRow(delimiter: string): RegExp {
  const separator = delimiter.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');
  const field = `(?:"(?:[^"]|"")*"|[^"${separator}]*)`;
  return new RegExp(`^${field}(?:${separator}${field})*$`);
}

function asIncomplete(error: unknown): IncompleteRead {
  const code = (error as Partial<CsvError>).code;
  if (code === 'CSV_QUOTE_NOT_CLOSED' || code === 'CSV_MAX_RECORD_SIZE') {
    return new IncompleteRead('The CSV file ends inside a quoted field: it was cut, or a quote is missing.', {
      cause: error,
    });
  }
  return new IncompleteRead(`The CSV file cannot be read: ${reasonOf(error)}.`, { cause: error });
}

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return 'it does not exist';
  if (code === 'EACCES' || code === 'EPERM') return 'access is denied';
  return code ?? 'unknown reason';
}
