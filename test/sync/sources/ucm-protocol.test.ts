import { IncompleteRead } from '../../../sync/source';
import { AxlFault, smallerPage } from '../../../sync/sources/ucm/faults';
import { plainUuid } from '../../../sync/sources/ucm/users';
import { highestMutual, versionsNamed } from '../../../sync/sources/ucm/versions';
import { readAxl, xmlText } from '../../../sync/sources/ucm/xml';

describe('the XML of AXL', () => {
  const answer =
    '<?xml version="1.0"?><e:Envelope xmlns:e="x"><e:Body><ns:listUserResponse xmlns:ns="y"><return>' +
    '<user uuid="{A}"><userid>Ömer 😀</userid><title/><lastName>a &amp; <![CDATA[<b>]]></lastName>' +
    '<primaryExtension uuid="{B}"><pattern>\\+41</pattern></primaryExtension></user><user uuid="{C}"/>' +
    '</return></ns:listUserResponse></e:Body></e:Envelope>';
  async function* inPieces(text: string, size: number): AsyncGenerator<Uint8Array> {
    const bytes = Buffer.from(text, 'utf8');
    for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
  }

  it.each([1, 2, 3, 7, 10_000])('is read the same in pieces of %s bytes', async (size) => {
    const { rows } = await readAxl(inPieces(answer, size), 'user', 'listUserResponse');
    expect(rows).toEqual([
      { '@uuid': '{A}', userid: 'Ömer 😀', lastName: 'a & <b>', 'primaryExtension.pattern': '\\+41' },
      { '@uuid': '{C}' },
    ]);
  });

  it('is incomplete wherever it is cut', async () => {
    for (let end = 0; end < answer.length; end += 1) {
      await expect(readAxl(inPieces(answer.slice(0, end), 64), 'user', 'listUserResponse')).rejects.toThrow(
        IncompleteRead,
      );
    }
  });

  it('is refused where it answers something else', async () => {
    await expect(readAxl(inPieces('<html/>', 64), 'user', 'listUserResponse')).rejects.toThrow(/no AXL service/);
  });

  it('is written without a way out of an element, and without characters that XML cannot hold', () => {
    expect(xmlText('a<b>&"c')).toBe('a&#60;b&#62;&#38;&#34;c');
    expect(xmlText('tab\tis fine')).toBe('tab\tis fine');
    expect(() => xmlText('nul\u0000')).toThrow(IncompleteRead);
  });
});

describe('versions of AXL', () => {
  const html = '<html><h1>Incorrect axl version. Supported axl versions are 12.x, 14.0 and 15.0</h1></html>';

  it('are read from the refusal', () => {
    expect(versionsNamed(html)).toEqual(['12.x', '14.0', '15.0']);
    expect(versionsNamed('<html>Something else</html>')).toEqual([]);
  });

  it('are chosen from the highest down, each once', () => {
    expect(highestMutual(['12.x', '14.0'], new Set(['15.0']))).toBe('14.0');
    expect(highestMutual(['12.x'], new Set(['15.0']))).toBe('12.5');
    expect(highestMutual(['12.x'], new Set(['15.0', '12.5']))).toBe('12.0');
    expect(highestMutual(['9.x', '16.0'], new Set(['15.0']))).toBeNull();
  });
});

describe('a page that is too large', () => {
  const suggests = (text: string) =>
    smallerPage(1000, new AxlFault('listUser', -1, `Query request too large. ${text}`));

  it.each([
    ['Total rows matched: 9000 rows. Suggestive Row Fetch: less than 800 rows', 160],
    ['Total rows matched: 9000 rows. Suggested row fetch: less than 5000 rows', 500],
    ['Suggestive Row Fetch: less than 3 rows', 1],
    ['', 500],
  ])('becomes smaller: "%s"', (text, page) => expect(suggests(text)).toBe(page));

  it('of one row cannot', () => expect(smallerPage(1, new AxlFault('listUser', -1, ''))).toBeNull());
});

describe('a uuid', () => {
  it.each([
    ['{1B1AD2C3-0000-4000-8000-0123456789AB}', '1b1ad2c3-0000-4000-8000-0123456789ab'],
    ['1b1ad2c3-0000-4000-8000-0123456789ab', '1b1ad2c3-0000-4000-8000-0123456789ab'],
    ["x' or '1'='1", null],
    [undefined, null],
  ])('of AXL and of SQL is one: %s', (text, plain) => expect(plainUuid(text)).toBe(plain));
});
