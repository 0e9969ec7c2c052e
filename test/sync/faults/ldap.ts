import { RunMode, SourceKind } from '../../../schema/sync.enums';
import type { FakeEntry } from '../../support/fake-ldap/directory';
import type { Fault } from '../../support/fake-ldap/search-answerer';
import { startFakeLdap, type FakeLdap } from '../../support/fake-ldap/server';
import { directoryLdif } from '../../support/directory-ldif';
import { startSlapd, type Slapd } from '../../support/slapd';
import { PEOPLE, people, SECRET, TIMEOUT_SECONDS, type OwnFault, type SourceUnderTest } from './source-under-test';

const BASE = 'DC=fake,DC=test';
const SETTINGS = 'CN=NTDS Settings,CN=DC1,CN=Configuration,DC=fake,DC=test';
const guid = (number: number): Buffer => Buffer.from(String(number).padStart(32, '0'), 'hex');
const persons: FakeEntry[] = people.map(({ id, first, last }, index) => ({
  dn: `CN=${id},OU=People,${BASE}`,
  attributes: {
    objectClass: ['top', 'person', 'user'],
    objectCategory: 'person',
    objectGUID: guid(index + 1),
    sAMAccountName: id,
    givenName: first,
    sn: last,
    displayName: `${first} ${last}`,
    userAccountControl: '512',
    uSNChanged: '10',
    uSNCreated: '10',
  },
}));
const staff: FakeEntry = {
  dn: `CN=Staff,${BASE}`,
  attributes: {
    objectClass: ['top', 'group'],
    objectGUID: guid(9000),
    cn: 'Staff',
    member: persons.map(({ dn }) => dn),
    uSNChanged: '10',
    uSNCreated: '10',
  },
};
const controller: FakeEntry = { dn: SETTINGS, attributes: { objectClass: ['top', 'nTDSDSA'], invocationId: guid(77) } };
const timeouts = { connectTimeoutSeconds: TIMEOUT_SECONDS, operationTimeoutSeconds: TIMEOUT_SECONDS };
const PAGE = 7;

/** What Active Directory can answer, as no free server does on request. */
const ANSWERS: [string, Fault, RegExp][] = [
  ['an operations error', { kind: 'result', code: 1 }, /operations error/],
  ['a time limit', { kind: 'result', code: 3, afterEntries: 3 }, /time limit/],
  ['a size limit', { kind: 'result', code: 4, afterEntries: 3 }, /size limit/],
  ['a referral', { kind: 'result', code: 10, referral: ['ldap://other.test/'] }, /refers to another server/],
  ['an administrative limit', { kind: 'result', code: 11 }, /administrative limit/],
  ['a missing control', { kind: 'result', code: 12 }, /control/],
  ['too few rights', { kind: 'result', code: 50 }, /right/],
  ['a busy server', { kind: 'result', code: 51 }, /busy/],
  ['an unavailable server', { kind: 'result', code: 52 }, /not available/],
  [
    'a reference among the entries',
    { kind: 'reference', urls: ['ldap://other.test/dc=x'], afterEntries: 2 },
    /other\.test/,
  ],
  ['bytes that are no LDAP', { kind: 'garbage', afterEntries: 2 }, /no valid LDAP/],
  ['silence amid a page', { kind: 'hang', afterEntries: 2 }, /no answer within/],
  ['half an entry', { kind: 'cut', afterEntries: 2 }, /connection/],
];

/** An Active Directory with the faults of one. */
export function activeDirectorySource(): SourceUnderTest {
  let server: FakeLdap;
  const bindDn = `CN=reader,${BASE}`;
  const answers = ANSWERS.map(([name, fault, says]): OwnFault => ({
    name,
    outcome: 'FAILED',
    says,
    // Not the search for the server itself: a page of people, of ids or of what changed.
    inflict: () => server.setFault(({ request }) => (request.scope === 'sub' ? fault : null)),
    mend: () => server.setFault(undefined),
  }));
  return {
    kind: SourceKind.ACTIVE_DIRECTORY,
    name: 'Active Directory',
    needs: null,
    modes: [RunMode.FULL, RunMode.INCREMENTAL],
    // Tag and length of the first message, tag of its operation.
    structuralBytes: [0, 1, 5],
    async start() {
      server = await startFakeLdap({
        entries: [...persons, staff, controller],
        accounts: [{ dn: bindDn, password: SECRET }],
        rootDse: {
          defaultNamingContext: BASE,
          namingContexts: BASE,
          dsServiceName: SETTINGS,
          highestCommittedUSN: '100',
        },
      });
      return {
        port: server.port,
        settings: (port) => ({ urls: [`ldap://127.0.0.1:${port}`], bindDn, baseDn: BASE, pageSize: PAGE, ...timeouts }),
        secrets: { bindPassword: SECRET },
      };
    },
    stop: () => server.stop(),
    faults: [
      ...answers,
      { name: 'a wrong password', outcome: 'FAILED', says: /password/, secrets: { bindPassword: `${SECRET}-old` } },
    ],
  };
}

/** OpenLDAP over ldaps. */
export function ldapSource(): SourceUnderTest {
  let slapd: Slapd;
  const url = (scheme: string, port: number) => ({ urls: [`${scheme}://127.0.0.1:${port}`] });
  return {
    kind: SourceKind.LDAP,
    name: 'OpenLDAP over TLS',
    needs: 'slapd',
    modes: [RunMode.FULL, RunMode.INCREMENTAL],
    structuralBytes: null,
    async start() {
      const ldif = directoryLdif({ users: PEOPLE, groups: 3, memberships: 60 });
      slapd = await startSlapd({ ldif, cappedTotal: 10 });
      capped.settings = { bindDn: slapd.cappedDn };
      capped.secrets = { bindPassword: slapd.cappedPassword };
      plain.settings = url('ldaps', slapd.port);
      return {
        port: slapd.ldapsPort,
        settings: (port) => ({
          ...url('ldaps', port),
          caCertificate: slapd.ca,
          bindDn: slapd.readerDn,
          baseDn: slapd.baseDn,
          pageSize: PAGE,
          ...timeouts,
        }),
        secrets: { bindPassword: slapd.readerPassword },
      };
    },
    stop: () => slapd.stop(),
    faults: [
      capped,
      plain,
      { name: 'a wrong password', outcome: 'FAILED', says: /password/, secrets: { bindPassword: SECRET } },
      { name: 'an unknown authority', outcome: 'FAILED', says: /caCertificate/, settings: { caCertificate: null } },
      { name: 'an unknown host', outcome: 'FAILED', says: /name/, settings: { urls: ['ldaps://nowhere.invalid'] } },
      {
        name: 'a killed server',
        outcome: 'FAILED',
        says: /connection/,
        inflict: () => slapd.kill(),
        mend: () => slapd.restart(),
      },
    ],
  };
}

const capped: OwnFault = { name: 'a size limit over all pages', outcome: 'FAILED', says: /limit/ };
const plain: OwnFault = { name: 'a server without TLS', outcome: 'FAILED' };
