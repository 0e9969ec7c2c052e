import { z } from 'zod';

import {
  SettingsError,
  type Check,
  type ConnectorExplanation,
  type ConnectorFactory,
  type DirectoryChange,
  type DirectoryConnector,
  type DirectoryRecord,
  type SourceSettings,
  type UserFields,
} from '../source';
import { HttpClient, certificateSetting, timeoutSetting } from './http-client';
import type { NetworkTarget } from './network-checks';
import { readAhead } from './read-ahead';
import { textAt } from './scim/attributes';
import { scimChanges, scimCursor } from './scim/changes';
import { ScimClient, ScimRefusal, type ScimResource } from './scim/client';
import { diagnoseScim } from './scim/diagnosis';
import { groupRecords, userRecord, type ScimMapping } from './scim/records';
import { userFieldMapping, validatedSettings } from './validated-settings';

const shape = {
  settings: z.strictObject({
    url: z.url({ protocol: /^https?$/, error: 'An https URL is needed, such as https://idp.example.com/scim/v2.' }),
    caCertificate: certificateSetting,
    pageSize: z.number().int().min(1).max(10_000).default(100),
    connectTimeoutSeconds: timeoutSetting(10),
    operationTimeoutSeconds: timeoutSetting(60),
  }),
  secrets: z.strictObject({
    token: z.string().regex(/^[\x21-\x7e]+$/, 'The bearer token is empty or holds characters that no token has.'),
  }),
  mapping: userFieldMapping(
    z
      .string()
      .trim()
      .min(1, 'An attribute path is needed.')
      .refine((path) => !/^password$/i.test(path), 'Passwords are never read.'),
  ),
};

/**
 * A SCIM 2.0 server that is pulled (RFC 7643, RFC 7644): users, then groups. Changes by `meta.lastModified` and an id
 * sweep, where the server filters.
 */
class ScimConnector implements DirectoryConnector {
  constructor(
    private readonly http: HttpClient,
    private readonly client: ScimClient,
    private readonly mapping: ScimMapping,
    private readonly target: NetworkTarget,
  ) {}

  async *read(signal: AbortSignal): AsyncGenerator<DirectoryRecord> {
    const [users, groups] = [await this.client.total('Users', signal), await this.client.total('Groups', signal)];
    yield { kind: 'total', records: users + groups };
    for await (const page of readAhead(this.client.pages('Users', signal))) {
      for (const user of page) yield userRecord(user, this.mapping);
    }
    for await (const page of readAhead(this.client.pages('Groups', signal))) {
      for (const group of page) yield* groupRecords(group);
    }
  }

  cursor(signal: AbortSignal): Promise<string | null> {
    return scimCursor(this.client, signal);
  }

  changes(cursor: string, signal: AbortSignal): AsyncIterable<DirectoryChange> {
    return scimChanges(this.client, cursor, this.mapping, signal);
  }

  diagnose(signal: AbortSignal): Promise<{ checks: Check[]; sampleUsers: UserFields[] }> {
    return diagnoseScim(this.client, this.target, this.mapping, signal);
  }

  async explain(userId: string, signal: AbortSignal): Promise<ConnectorExplanation> {
    const user = await this.find(userId, signal);
    const base: Check = { name: 'base', status: 'OK', detail: 'The server answers.' };
    if (user === null) {
      const detail = 'No user of the server has this user id.';
      return { found: false, externalId: null, steps: [base, { name: 'search', status: 'FAILED', detail }] };
    }
    const record = userRecord(user, this.mapping);
    const isUser = record.kind === 'user';
    const steps: Check[] = [
      base,
      { name: 'search', status: 'OK', detail: `Found with id ${record.externalId ?? '(none)'}.` },
      {
        name: 'requiredFields',
        status: isUser ? 'OK' : 'FAILED',
        detail: isUser ? 'All that is required is there.' : record.reason,
      },
    ];
    if (isUser) {
      const detail = record.disabled ? 'Not active in the directory: imported as DISABLED.' : 'Active.';
      steps.push({ name: 'disabled', status: record.disabled ? 'WARNING' : 'OK', detail });
    }
    return { found: true, externalId: record.externalId, steps };
  }

  close(): Promise<void> {
    return this.http.close();
  }

  /** By filter where the server has one, else through all pages. */
  private async find(userId: string, signal: AbortSignal): Promise<ScimResource | null> {
    const path = this.mapping.userId ?? 'userName';
    const isWanted = (user: ScimResource) => textAt(user, path)?.toLowerCase() === userId.trim().toLowerCase();
    if ((await this.client.provider(signal)).canFilter) {
      try {
        const found = await this.client.page('Users', signal, {
          filter: `${path} eq ${JSON.stringify(userId.trim())}`,
        });
        if (found.some(isWanted)) return found.find(isWanted) ?? null;
      } catch (error) {
        if (!(error instanceof ScimRefusal)) throw error;
      }
    }
    for await (const page of this.client.pages('Users', signal)) {
      const user = page.find(isWanted);
      if (user) return user;
    }
    return null;
  }
}

function validated(source: SourceSettings) {
  const valid = validatedSettings(shape, source);
  const url = new URL(valid.settings.url);
  if (url.protocol === 'http:' && !['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)) {
    throw new SettingsError('settings.url', 'The URL must be https: the token would travel in the clear.');
  }
  if (url.search || url.hash || url.username) {
    throw new SettingsError('settings.url', 'The URL must have neither query, fragment nor credentials.');
  }
  return { ...valid, url };
}

/** Connector of kind SCIM. Settings: `url`, `caCertificate`, `pageSize`, time-outs; secret: `token`. */
export const scimFactory: ConnectorFactory = {
  kind: 'SCIM',
  validate(source: SourceSettings): void {
    validated(source);
  },
  create(source: SourceSettings): DirectoryConnector {
    const { settings, secrets, mapping, url } = validated(source);
    const target = { ...settings, url };
    const http = new HttpClient(target);
    const client = new ScimClient(http, url.pathname.replace(/\/+$/, ''), secrets.token, settings.pageSize);
    return new ScimConnector(http, client, mapping, target);
  },
};
