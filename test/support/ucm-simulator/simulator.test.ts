import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { Agent, request } from 'undici';
import { memoryPages, validateXML } from 'xmllint-wasm';

import { ucmFactory } from '../../../sync/sources/ucm';
import { removeFolder, temporaryFolder } from '../folders';
import type { SessionPlan } from './cisco-axl-session';
import { fill, uuidOf } from './directory';
import { UcmSimulator, type SeenRequest, type SimulatedVersion } from './server';

const SCHEMAS = join(dirname(require.resolve('cisco-axl/package.json')), 'schema');
const signal = new AbortController().signal;

/** Held honest by parties that did not write it: another client, and Cisco's own schemas where the package is installed. */
describe('the UCM simulator', () => {
  let ucm: UcmSimulator;
  let url: string;
  let folder: string;

  beforeEach(async () => (folder = await temporaryFolder('ucm')));
  afterEach(async () => {
    await ucm.stop();
    await removeFolder(folder);
  });
  async function start(version: SimulatedVersion): Promise<void> {
    ucm = new UcmSimulator({ version });
    fill(ucm.directory, 25);
    ucm.directory.addUser({ userid: 'o\'brien & "sons" <x>', lastName: 'Ä', displayName: '', primaryExtension: '' });
    ucm.directory.setGroup('Agents', ['user000001', 'user000002']);
    url = await ucm.start();
  }

  it('is understood by the cisco-axl client', async () => {
    await start('14.0');
    const operations = [
      {
        operation: 'listUser',
        tags: {
          searchCriteria: { userid: 'user00000%' },
          returnedTags: { userid: '', primaryExtension: { pattern: '' } },
        },
      },
      { operation: 'getUser', tags: { userid: 'user000001' } },
      { operation: 'executeSQLQuery', tags: { sql: 'select count(*) from enduser' } },
      { operation: 'doAuthenticateUser', tags: { userid: 'user000001', password: 'user000001-password' } },
      { operation: 'getUser', tags: { userid: 'nobody' } },
    ];
    const [list, one, count, authenticated, missing] = await session(operations);
    expect(list).toMatchObject({ user: expect.any(Array) });
    const { user: users } = list as { user: unknown[] };
    expect(users).toHaveLength(10);
    expect(users[1]).toMatchObject({
      attributes: { uuid: `{${uuidOf('user000001').toUpperCase()}}` },
      userid: 'user000001',
      primaryExtension: { pattern: '\\+41315000001' },
    });
    expect(one).toMatchObject({ user: { userid: 'user000001', displayName: 'Last1, First1', department: 'Support' } });
    expect(JSON.stringify(count)).toContain('26');
    expect(authenticated).toMatchObject({ userAuthenticated: expect.stringMatching(/true/) });
    expect(JSON.stringify(missing)).toContain('5007');
  }, 120_000);

  it.each(['12.5', '14.0', '15.0'] as const)(
    'and the connector speak by the schema of %s',
    async (version) => {
      await start(version);
      const connector = ucmFactory.create(
        {
          kind: 'UCM',
          settings: {
            url, version, username: ucm.username, caCertificate: ucm.certificate.cert, accessControlGroups: true,
          }, // prettier-ignore
          secrets: { password: ucm.password },
          mapping: {},
        },
        { importDirs: [] },
      );
      const cursor = await connector.cursor?.(signal);
      for await (const record of connector.read(signal)) expect(record.kind).not.toBe('bad');
      ucm.directory.updateUser('user000001', { title: 'x' });
      ucm.directory.removeUser('user000002');
      for await (const change of connector.changes?.(String(cursor), signal) ?? []) expect(change.kind).not.toBe('bad');
      await connector.authenticate?.('user000001', 'user000001-password', signal);
      await connector.diagnose(signal);
      await connector.close();

      const seen = [...ucm.requests];
      expect([...new Set(seen.map(({ operation }) => operation))].sort()).toEqual(
        ['doAuthenticateUser', 'executeSQLQuery', 'getCCMVersion', 'getUser', 'listChange', 'listUser'], // prettier-ignore
      );
      const answers = await Promise.all(seen.map(answerTo));
      const documents = [...seen.map(({ xml }) => xml), ...answers].map((xml) => payload(xml, version));
      expect(documents.some((text) => text.startsWith('<ns:axlError'))).toBe(true);
      expect(await faults(documents, version)).toEqual([]);
      // The proof that somebody looks: an element that no schema knows.
      const listed = documents.find((text) => text.startsWith('<ns:listUserResponse')) ?? '';
      expect(await faults([listed.replaceAll('userid>', 'userId>')], version)).not.toEqual([]);
    },
    120_000,
  );

  it('starts from the command line', async () => {
    await start('15.0');
    const main = join(__dirname, 'main.ts');
    const help = await promisify(execFile)(process.execPath, ['-r', '@swc-node/register', main, '--help']);
    expect(help.stdout).toContain('--users <number>');
  });

  async function faults(documents: string[], version: string): Promise<string[]> {
    const { valid, errors } = await validateXML({
      xml: documents.map((contents, index) => ({ fileName: `document-${index}.xml`, contents })),
      schema: { fileName: 'AXLSoap.xsd', contents: readFileSync(join(SCHEMAS, version, 'AXLSoap.xsd')) },
      maxMemoryPages: 2 * memoryPages.GiB,
    });
    const messages = errors.map(({ message, loc }) => `${loc?.fileName ?? ''} ${message}`);
    return valid || messages.length > 0 ? messages : ['not valid'];
  }

  async function session(operations: SessionPlan['operations']): Promise<unknown[]> {
    const certificate = join(folder, 'ucm.pem');
    writeFileSync(certificate, ucm.certificate.cert);
    const plan: SessionPlan = { url, username: ucm.username, password: ucm.password, version: '14.0', operations };
    const script = join(__dirname, 'cisco-axl-session.ts');
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['-r', '@swc-node/register', script, JSON.stringify(plan)],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: certificate }, maxBuffer: 64 * 1024 * 1024 },
    );
    return JSON.parse(stdout) as unknown[];
  }

  async function answerTo({ xml, headers }: SeenRequest): Promise<string> {
    const agent = new Agent({ connect: { ca: ucm.certificate.cert } });
    const authorization = `Basic ${Buffer.from(`${ucm.username}:${ucm.password}`).toString('base64')}`;
    const answer = await request(url, {
      method: 'POST',
      dispatcher: agent,
      headers: { soapaction: String(headers.soapaction), authorization },
      body: xml,
    });
    const text = await answer.body.text();
    await agent.close();
    return text;
  }
});

/** What stands in the body of a SOAP message, or the detail of its fault, as a document of its own. */
function payload(xml: string, version: string): string {
  const inner = /<soapenv:Body>(?:<soapenv:Fault>.*<detail>(.*)<\/detail>.*|(.*))<\/soapenv:Body>/s.exec(xml);
  const element = inner?.[1] ?? inner?.[2] ?? '';
  if (element.includes('xmlns:ns=')) return element;
  return element.replace(/^<(ns:\w+)/, `<$1 xmlns:ns="http://www.cisco.com/AXL/API/${version}"`);
}
