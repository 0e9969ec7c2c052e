import type { Response } from 'express';
import { RunMode, SourceKind } from '../../../schema/sync.enums';
import { ScimServer } from '../../support/scim-server';
import { fill } from '../../support/ucm-simulator/directory';
import type { FaultKind } from '../../support/ucm-simulator/faults';
import { UcmSimulator } from '../../support/ucm-simulator/server';
import { PEOPLE, people, SECRET, TIMEOUT_SECONDS, type OwnFault, type SourceUnderTest } from './source-under-test';

const timeouts = { connectTimeoutSeconds: TIMEOUT_SECONDS, operationTimeoutSeconds: TIMEOUT_SECONDS };
const PAGE = 7;

const UCM_FAULTS: [string, FaultKind, RegExp][] = [
  ['HTTP 401', { kind: 'status', status: 401 }, /user name or password/],
  ['HTTP 403', { kind: 'status', status: 403 }, /may not use AXL/],
  ['HTTP 500', { kind: 'status', status: 500 }, /HTTP 500/],
  ['HTTP 502', { kind: 'status', status: 502 }, /HTTP 502/],
  ['a SOAP fault', { kind: 'fault', code: 5003, message: 'No more' }, /No more/],
  ['an answer too large even for one row', { kind: 'tooLarge', suggestion: null }, /too large/],
  ['half an answer', { kind: 'cut' }, /./],
  ['half an answer, ended in order', { kind: 'short' }, /./],
  ['half an answer, then silence', { kind: 'stall' }, /did not answer/],
  ['no answer', { kind: 'hang' }, /did not answer/],
  ['a web page', { kind: 'html' }, /no AXL service/],
];

/** A call manager over HTTPS. */
export function ucmSource(): SourceUnderTest {
  let ucm: UcmSimulator;
  /** Raised with each fault: a plan that is left over never comes. */
  let era = 0;
  const planned = (fault: FaultKind, times: number) => (mode: RunMode) => {
    const own = ++era;
    // A full read begins well and goes wrong in the midst; changes are one answer.
    const healthy = { left: mode === RunMode.FULL ? 2 : 0 };
    ucm.plan({ ...fault, times, when: () => era === own && healthy.left-- <= 0 });
  };
  const mend = () => void era++;
  return {
    kind: SourceKind.UCM,
    name: 'call manager',
    needs: null,
    modes: [RunMode.FULL, RunMode.INCREMENTAL],
    structuralBytes: null,
    async start() {
      ucm = new UcmSimulator({ password: SECRET });
      fill(ucm.directory, PEOPLE);
      ucm.directory.setGroup(
        'Staff',
        [...ucm.directory.users.values()].map(({ userid }) => userid),
      );
      const { port } = new URL(await ucm.start());
      return {
        port: Number(port),
        settings: (proxyPort) => ({
          url: `https://127.0.0.1:${proxyPort}/axl/`,
          username: ucm.username,
          caCertificate: ucm.certificate.cert,
          accessControlGroups: true,
          pageSize: PAGE,
          ...timeouts,
        }),
        secrets: { password: SECRET },
      };
    },
    stop: () => ucm.stop(),
    faults: [
      ...UCM_FAULTS.map(([name, fault, says]): OwnFault => ({
        name,
        outcome: 'FAILED',
        says,
        inflict: planned(fault, 50),
        mend,
      })),
      { name: 'HTTP 503 once', outcome: 'UNCHANGED', inflict: planned({ kind: 'status', status: 503 }, 1), mend },
      { name: 'no memory once', outcome: 'UNCHANGED', inflict: planned({ kind: 'memory' }, 1), mend },
      {
        name: 'a session that ends',
        outcome: 'UNCHANGED',
        inflict: planned({ kind: 'meanwhile', happens: () => ucm.expireSessions() }, 1),
        mend,
      },
      { name: 'a wrong password', outcome: 'FAILED', says: /password/, secrets: { password: `${SECRET}-old` } },
      { name: 'an unknown authority', outcome: 'FAILED', says: /not trusted/, settings: { caCertificate: null } },
    ],
  };
}

const list = (totalResults: number, Resources: object[]): string => JSON.stringify({ totalResults, Resources });
const SCIM_ANSWERS: [string, number, string, RegExp][] = [
  ['HTTP 401', 401, '{}', /token/],
  ['HTTP 403', 403, '{}', /may not read/],
  ['HTTP 404', 404, '{}', /HTTP 404/],
  ['HTTP 500', 500, '{}', /HTTP 500/],
  ['HTTP 502', 502, '<html></html>', /HTTP 502/],
  ['a redirect', 302, '', /HTTP 302/],
  ['a web page', 200, '<html>Sign in</html>', /no JSON object/],
  ['half of the JSON', 200, '{"totalResults": 30, "Resources": [{"id":', /no JSON object/],
  ['no list', 200, '{"id": "x"}', /no SCIM list/],
  ['fewer than announced', 200, list(PEOPLE, []), /announced|changed/],
];

/** A SCIM service (SCIMMY). */
export function scimSource(): SourceUnderTest {
  let server: ScimServer;
  /** Answers from the second list on otherwise, `times` times. */
  const answering = (times: number, answer: (response: Response) => void) => () => {
    let [seen, left] = [0, times];
    server.intercept = (request, response) => {
      if (!/\/(Users|Groups)$/.test(request.path) || seen++ < 1 || left-- <= 0) return false;
      answer(response);
      return true;
    };
  };
  const mend = () => void (server.intercept = () => false);
  return {
    kind: SourceKind.SCIM,
    name: 'SCIM service',
    needs: null,
    modes: [RunMode.FULL, RunMode.INCREMENTAL],
    // Protocol, version and status of the first answer.
    structuralBytes: [0, 5, 9],
    async start() {
      server = new ScimServer({ token: SECRET });
      const long = new Date(Date.now() - 86_400_000);
      for (const { id, first, last } of people) {
        server.addUser({ id, userName: id, displayName: `${first} ${last}`, active: true }, long);
      }
      server.addGroup({ id: 'staff', displayName: 'Staff', members: people.map(({ id }) => ({ value: id })) }, long);
      const { port } = new URL(await server.start());
      return {
        port: Number(port),
        settings: (proxyPort) => ({ url: `http://127.0.0.1:${proxyPort}/scim/v2`, pageSize: PAGE, ...timeouts }),
        secrets: { token: SECRET },
      };
    },
    stop: () => server.stop(),
    faults: [
      ...SCIM_ANSWERS.map(([name, status, body, says]): OwnFault => ({
        name,
        outcome: 'FAILED',
        says,
        inflict: answering(Infinity, (response) => void response.status(status).type('application/json').send(body)),
        mend,
      })),
      {
        name: 'silence amid the lists',
        outcome: 'FAILED',
        says: /did not answer/,
        inflict: answering(1, () => undefined),
        mend,
      },
      {
        name: 'a connection that ends amid the lists',
        outcome: 'FAILED',
        says: /lost/,
        inflict: answering(Infinity, (response) => void response.destroy()),
        mend,
      },
      {
        name: 'HTTP 503 once',
        outcome: 'UNCHANGED',
        inflict: answering(1, (response) => void response.status(503).end()),
        mend,
      },
      {
        name: 'HTTP 429 once',
        outcome: 'UNCHANGED',
        inflict: answering(1, (response) => void response.status(429).end()),
        mend,
      },
      { name: 'a wrong token', outcome: 'FAILED', says: /token/, secrets: { token: `${SECRET}-old` } },
    ],
  };
}
