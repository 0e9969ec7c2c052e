import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

import { AndFilter, type Filter, PagedResultsControl, PresenceFilter } from 'ldapts';

import type { Check, CheckStatus, UserFields } from '../../source';
import { CheckList, DIAGNOSIS } from '../check-list';

import { SAMPLE_SIZE, sampleOutcome } from './checks';
import { LdapConnection } from './connection';
import type { Dialect } from './dialect';
import { baseType } from './entry';
import { failureWords } from './failure';
import { parseFilter } from './filter';
import { scopeControls } from './full-read';
import { rangeOf } from './members';
import { readPages } from './paging';
import { readRootDse } from './root-dse';
import { type LdapServer, LdapSession, parseServer, tlsOptions } from './session';
import type { LdapSettings } from './settings';

type LdapChecks = CheckList<(typeof DIAGNOSIS)[number]>;

/** What a diagnosis needs of the incremental read of its kind. */
export type IncrementalProbe = (session: LdapSession) => Promise<{ status: CheckStatus; detail: string }>;

/** Runs every check against the first server that can be read, or else tells why the first one cannot. Never throws. */
export async function diagnoseDirectory(
  settings: LdapSettings,
  dialect: Dialect,
  probe: IncrementalProbe,
  signal: AbortSignal,
): Promise<{ checks: Check[]; sampleUsers: UserFields[] }> {
  let first: Check[] | null = null;
  const failed: string[] = [];
  for (const url of settings.urls) {
    const checks: LdapChecks = new CheckList(DIAGNOSIS);
    const sampleUsers: UserFields[] = [];
    const diagnosis = new Diagnosis({ ...settings, urls: [url] }, dialect, checks, signal);
    if (await diagnosis.reach(parseServer(url))) {
      await diagnosis.look(probe, sampleUsers);
      return { checks: withFailed(checks.finish(), failed), sampleUsers };
    }
    failed.push(url);
    first ??= checks.finish();
  }
  return { checks: first ?? [], sampleUsers: [] };
}

/** A server that is passed over is a warning at the first check. */
function withFailed(checks: Check[], failed: string[]): Check[] {
  const [dns, ...rest] = checks;
  if (dns === undefined || failed.length === 0) return checks;
  return [{ ...dns, status: 'WARNING', detail: `${dns.detail} Not usable: ${failed.join(', ')}.` }, ...rest];
}

class Diagnosis {
  constructor(
    private readonly settings: LdapSettings,
    private readonly dialect: Dialect,
    private readonly checks: LdapChecks,
    private readonly signal: AbortSignal,
  ) {}

  /** dns, tcp, tls, startTls, bind; false as soon as one fails. */
  async reach(server: LdapServer): Promise<boolean> {
    const { settings } = this;
    const tls = tlsOptions(server, settings.caCertificate);
    if (!(await this.run('dns', () => resolveName(server.host)))) return false;
    if (!(await this.run('tcp', () => this.open(server, null, `Port ${server.port} is open.`)))) return false;
    if (!server.isSecure) this.checks.skip(['tls'], 'The URL is ldap://, not encrypted from the start.');
    else if (!(await this.run('tls', () => this.open(server, tls, 'The certificate is trusted.')))) return false;
    if (!settings.startTls) this.checks.skip(['startTls'], 'Not asked for.');
    else if (!(await this.run('startTls', () => this.upgrade(server, tls)))) return false;
    return this.run('bind', async () => {
      const session = await LdapSession.open(settings, this.signal);
      session.close();
      if (settings.bindDn === null) return 'Anonymous: no account is given.';
      const isOpen = !server.isSecure && !settings.startTls;
      return isOpen
        ? { status: 'WARNING', detail: 'Signed in, but the password travels readable: use ldaps:// or StartTLS.' }
        : `Signed in as ${settings.bindDn}.`;
    });
  }

  /** base, paging, range, incremental, sample, each whatever became of the others. */
  async look(probe: IncrementalProbe, sampleUsers: UserFields[]): Promise<void> {
    const hasBase = await this.withSession('base', (session) => this.base(session));
    if (!hasBase) return;
    await this.withSession('paging', (session) => this.paging(session));
    if (this.settings.kind === 'ACTIVE_DIRECTORY') await this.withSession('range', (session) => this.range(session));
    else this.checks.skip(['range'], 'Only Active Directory tells large groups in parts.');
    await this.withSession('incremental', probe);
    await this.withSession('sample', async (session) => {
      await this.sample(session, sampleUsers);
      const [status, detail] = sampleOutcome(sampleUsers.length);
      return { status, detail };
    });
  }

  private async base(session: LdapSession): Promise<string> {
    const bases = [...new Set([this.settings.userBaseDn, this.settings.groupBaseDn])];
    for (const base of bases) {
      const answer = await session
        .search({ base, scope: 'base', filter: everything(), attributes: ['1.1'] })
        .catch((error: unknown) => {
          throw new Error(`"${base}": ${failureWords(error)}`);
        });
      if (answer.entries.length === 0) throw new Error(`"${base}" cannot be seen by the reading account.`);
    }
    return `Found: ${bases.join(', ')}.`;
  }

  /** Counts every user: only reading to the end shows that no limit cuts the reading off. */
  private async paging(session: LdapSession): Promise<string | { status: CheckStatus; detail: string }> {
    const { controls } = await readRootDse(session);
    let users = 0;
    let pages = 0;
    for await (const page of this.users(session, ['1.1'], this.settings.pageSize)) {
      users += page.length;
      pages++;
    }
    const detail = `All ${users} users could be read, in ${pages} pages.`;
    return controls.has(PagedResultsControl.type)
      ? detail
      : { status: 'WARNING', detail: `${detail} The server does not offer paging.` };
  }

  private async range(session: LdapSession): Promise<string | { status: CheckStatus; detail: string }> {
    const filters: Filter[] = [parseFilter(this.settings.groupFilter), new PresenceFilter({ attribute: 'member' })];
    const paging = new PagedResultsControl({ value: { size: 1 } });
    const { entries } = await session.search({
      base: this.settings.groupBaseDn,
      scope: 'sub',
      filter: new AndFilter({ filters }),
      attributes: ['member;range=0-0'],
      controls: [...scopeControls(this.settings), paging],
    });
    const [entry] = entries;
    if (entry === undefined) return { status: 'WARNING', detail: 'No group with members is there to try it on.' };
    const member = entry.attributes.find((each) => baseType(each.type) === 'member' && rangeOf(each.type) !== null);
    return member === undefined
      ? { status: 'FAILED', detail: 'The server ignores ranges: members of large groups could be missing.' }
      : 'Members of large groups are read in parts.';
  }

  private async sample(session: LdapSession, sampleUsers: UserFields[]): Promise<void> {
    for await (const page of this.users(session, [...this.dialect.userAttributes], SAMPLE_SIZE)) {
      for (const entry of page) {
        const record = this.dialect.user(entry);
        if (record.kind === 'user') sampleUsers.push(record.fields);
        if (sampleUsers.length === SAMPLE_SIZE) return;
      }
    }
  }

  private users(session: LdapSession, attributes: string[], pageSize: number) {
    return readPages(session, {
      step: 'Reading users',
      base: this.settings.userBaseDn,
      scope: 'sub',
      filter: parseFilter(this.settings.userFilter),
      attributes,
      controls: scopeControls(this.settings),
      pageSize,
    });
  }

  private async open(server: LdapServer, tls: ReturnType<typeof tlsOptions> | null, detail: string): Promise<string> {
    const connection = await LdapConnection.open(this.target(server, tls));
    connection.close();
    return detail;
  }

  private async upgrade(server: LdapServer, tls: ReturnType<typeof tlsOptions>): Promise<string> {
    const connection = await LdapConnection.open(this.target(server, null));
    try {
      await connection.startTls(tls);
      return 'The connection is encrypted and the certificate is trusted.';
    } finally {
      connection.close();
    }
  }

  private target(server: LdapServer, tls: ReturnType<typeof tlsOptions> | null) {
    const { connectTimeoutMs, operationTimeoutMs } = this.settings;
    return { host: server.host, port: server.port, tls, connectTimeoutMs, operationTimeoutMs };
  }

  private run(
    name: (typeof DIAGNOSIS)[number],
    check: () => Promise<string | { status: CheckStatus; detail: string }>,
  ): Promise<boolean> {
    return this.checks.run(name, () =>
      check().catch((error: unknown) => {
        throw new Error(failureWords(error));
      }),
    );
  }

  /** A fresh connection for each check, so that one that breaks does not break the next. */
  private withSession(
    name: (typeof DIAGNOSIS)[number],
    check: (session: LdapSession) => Promise<string | { status: CheckStatus; detail: string }>,
  ): Promise<boolean> {
    return this.run(name, async () => {
      const session = await LdapSession.open(this.settings, this.signal);
      try {
        return await check(session);
      } finally {
        session.close();
      }
    });
  }
}

async function resolveName(host: string): Promise<string> {
  if (isIP(host) !== 0) return 'The URL holds an address.';
  const found = await lookup(host, { all: true });
  return `${found.map(({ address }) => address).join(', ')}.`;
}

function everything(): Filter {
  return new PresenceFilter({ attribute: 'objectClass' });
}
