import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SaxesParser } from 'saxes';
import { Agent } from 'undici';
import { RunMode, SourceKind } from '../schema/sync.enums';
import { startChild } from './children';
import { SyncBench, type BenchOptions } from './sync-bench';
import { timed } from './sync-limits';
import { judge, say } from './sync-report';

const USERNAME = 'axlsync';
const PASSWORD = 'axl-password';
const PAGE = 1000;
const NAMES_AT_ONCE = 500;
const TAGS = [
  ...['firstName', 'lastName', 'userid', 'mailid', 'department', 'manager', 'primaryExtension', 'status'],
  ...['directoryUri', 'telephoneNumber', 'title', 'mobileNumber'],
];

/** A simulated Cisco UCM into MariaDB, against reading the same pages with an HTTP client and an XML parser alone. */
export async function measureUcm(users: number, options: BenchOptions): Promise<void> {
  const bench = await SyncBench.open(options);
  const certificate = join(bench.folder, 'ucm.pem');
  const simulator = await startChild(
    join(__dirname, '../test/support/ucm-simulator/main.ts'),
    [
      '--users',
      String(users),
      '--username',
      USERNAME,
      '--password',
      PASSWORD,
      '--port',
      '0',
      '--certificate',
      certificate,
    ],
    {},
    /at https:\/\/127\.0\.0\.1:(\d+)/,
  );
  try {
    const url = `${simulator.url.replace('http:', 'https:')}/axl/`;
    const caCertificate = readFileSync(certificate, 'utf8');
    const settings = { url, username: USERNAME, caCertificate, pageSize: PAGE };
    const sourceId = await bench.source(SourceKind.UCM, settings, { password: PASSWORD });
    say(`${users} users from a simulated UCM into MariaDB`);
    const first = await bench.sync(sourceId, RunMode.FULL);
    let [bare, again] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
    for (let turn = 0; turn < 3; turn++) {
      bare = Math.min(bare, await timed(() => bareRead(url, caCertificate)));
      again = Math.min(again, await bench.sync(sourceId, RunMode.FULL));
    }
    say(
      `     ${again.toFixed(2)} s against a bare streaming read ${bare.toFixed(2)} s; first import ${first.toFixed(2)} s`,
    );
    judge('UCM, unchanged re-sync', again / bare, 2, '× bare streaming read');
    judge('UCM, peak memory', bench.peak, 350, 'MB');
  } finally {
    await simulator.stop();
    await bench.close();
  }
}

/** Every page of users and of their display names, parsed as it streams and forgotten. */
async function bareRead(url: string, caCertificate: string): Promise<void> {
  const agent = new Agent({ connect: { ca: caCertificate } });
  const tags = TAGS.map((tag) => (tag === 'primaryExtension' ? `<${tag}><pattern/></${tag}>` : `<${tag}/>`)).join('');
  for (let skip = 0; ; skip += PAGE) {
    const search = `<searchCriteria><userid>%</userid></searchCriteria><returnedTags>${tags}</returnedTags>`;
    const uuids = await call(agent, url, 'listUser', `${search}<skip>${skip}</skip><first>${PAGE}</first>`);
    if (uuids.length === 0) break;
    for (let at = 0; at < uuids.length; at += NAMES_AT_ONCE) {
      const list = uuids.slice(at, at + NAMES_AT_ONCE).map((uuid) => `'${uuid}'`);
      const sql = `select pkid, displayname from enduser where pkid in (${list.join(',')}) order by pkid`;
      await call(agent, url, 'executeSQLQuery', `<sql>${sql}</sql>`);
    }
  }
  await agent.close();
}

/** One request; the uuids of the users in its answer. */
async function call(agent: Agent, url: string, operation: string, content: string): Promise<string[]> {
  const uuids: string[] = [];
  const parser = new SaxesParser({ xmlns: false });
  parser.on('opentag', ({ attributes }) => {
    if (attributes['uuid']) uuids.push(attributes['uuid'].slice(1, -1).toLowerCase());
  });
  const { origin, pathname } = new URL(url);
  const answer = await agent.request({
    origin,
    path: pathname,
    method: 'POST',
    headers: {
      'content-type': 'text/xml;charset=UTF-8',
      soapaction: `"CUCM:DB ver=15.0 ${operation}"`,
      authorization: `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`,
    },
    body:
      `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:ns="http://www.cisco.com/AXL/API/15.0">` +
      `<soapenv:Body><ns:${operation}>${content}</ns:${operation}></soapenv:Body></soapenv:Envelope>`,
  });
  if (answer.statusCode !== 200) throw new Error(`${operation}: HTTP ${answer.statusCode}`);
  const decoder = new TextDecoder();
  for await (const chunk of answer.body as AsyncIterable<Buffer>) parser.write(decoder.decode(chunk, { stream: true }));
  parser.close();
  return uuids;
}
