import { SaxesParser } from 'saxes';

import { IncompleteRead } from '../../source';

/**
 * One row of an answer: its attributes with a leading `@` (`@uuid`) and the text of each leaf, by path below the row
 * (`userid`, `primaryExtension.pattern`). Empty elements are left out.
 */
export type AxlRow = Record<string, string>;

/** What stands in an answer: rows, the leaves beside them by local name, and a fault if it is one. */
export interface AxlBody {
  rows: AxlRow[];
  values: AxlRow;
}

/** AXL itself stops at 8 MB; whoever sends much more is something else. */
const MOST_BYTES = 64 * 1024 * 1024;

interface Leaf {
  name: string;
  text: string;
}

/**
 * Reads a SOAP answer as it arrives, without a tree: rows are the elements named `rowName`.
 *
 * @param answerName local name of the element that makes it the answer expected, such as `listUserResponse`
 * @throws IncompleteRead where the document does not end, is not XML, has no bounds, or is another answer.
 */
export async function readAxl(
  chunks: AsyncIterable<Uint8Array>,
  rowName: string,
  answerName: string,
): Promise<AxlBody> {
  const reader = new AxlReader(rowName, answerName);
  const decoder = new TextDecoder('utf-8');
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MOST_BYTES) throw new IncompleteRead('An answer of the call manager is far larger than AXL allows.');
    reader.write(decoder.decode(chunk, { stream: true }));
  }
  reader.write(decoder.decode());
  return reader.finish();
}

class AxlReader {
  private readonly parser = new SaxesParser({ xmlns: false });
  private readonly body: AxlBody = { rows: [], values: {} };
  private readonly path: Leaf[] = [];
  private row: AxlRow | null = null;
  private rowDepth = 0;
  private isAnswer = false;
  private isClosed = false;

  constructor(
    private readonly rowName: string,
    private readonly answerName: string,
  ) {
    this.parser.on('error', (error) => {
      throw malformed(error);
    });
    this.parser.on('opentag', ({ name, attributes }) => this.open(localName(name), attributes));
    this.parser.on('text', (text) => this.text(text));
    this.parser.on('cdata', (text) => this.text(text));
    this.parser.on('closetag', () => this.close());
  }

  write(text: string): void {
    this.parser.write(text);
  }

  finish(): AxlBody {
    this.parser.close();
    if (!this.isClosed || !this.isAnswer) throw malformed();
    return this.body;
  }

  private open(name: string, attributes: Record<string, string>): void {
    this.path.push({ name, text: '' });
    if (name === this.answerName) this.isAnswer = true;
    if (this.row !== null || name !== this.rowName) return;
    this.row = {};
    this.rowDepth = this.path.length;
    for (const attribute in attributes) this.row[`@${attribute}`] = attributes[attribute] ?? '';
  }

  private text(text: string): void {
    const leaf = this.path.at(-1);
    if (leaf) leaf.text += text;
  }

  private close(): void {
    const depth = this.path.length;
    const leaf = this.path.pop();
    if (leaf === undefined) return;
    const text = leaf.text.trim();
    if (this.row === null) {
      if (text !== '') this.body.values[leaf.name] ??= text;
    } else if (depth === this.rowDepth) {
      this.body.rows.push(this.row);
      this.row = null;
    } else if (text !== '') {
      this.row[this.path.length === this.rowDepth ? leaf.name : this.pathTo(leaf)] = text;
    }
    if (this.path.length === 0) this.isClosed = true;
  }

  /** `primaryExtension.pattern`: the few leaves that are not directly below their row. */
  private pathTo(leaf: Leaf): string {
    let path = '';
    for (let depth = this.rowDepth; depth < this.path.length; depth++) path += `${this.path[depth]?.name ?? ''}.`;
    return path + leaf.name;
  }
}

/** Text for an element or attribute. @throws IncompleteRead for characters that XML cannot hold. */
export function xmlText(text: string): string {
  if (/[^\t\n\r\P{Cc}]|[\ufffe\uffff]/u.test(text)) {
    throw new IncompleteRead('A value holds characters that cannot be sent to the call manager.');
  }
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function localName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

function malformed(cause?: unknown): IncompleteRead {
  return new IncompleteRead(
    'An answer of the call manager is no complete XML: it was cut, or this is no AXL service.',
    {
      cause,
    },
  );
}
