import { z } from 'zod';

import {
  SettingsError,
  unpacked,
  type Check,
  type ConnectorExplanation,
  type ConnectorFactory,
  type DirectoryChange,
  type DirectoryConnector,
  type DirectoryPage,
  type DirectoryRecord,
  type SourceSettings,
  type UserFields,
} from '../source';
import { HttpClient, certificateSetting, timeoutSetting } from './http-client';
import type { NetworkTarget } from './network-checks';
import { ucmChanges, ucmCursor } from './ucm/changes';
import { AxlClient } from './ucm/client';
import { diagnoseUcm } from './ucm/diagnosis';
import { UcmDirectory } from './ucm/directory';
import { AxlFault } from './ucm/faults';
import { accessControlGroups, allUsers } from './ucm/full-read';
import { USER_TAGS, userRecord, type UcmMapping } from './ucm/users';
import { AXL_VERSIONS } from './ucm/versions';
import { xmlText } from './ucm/xml';
import { userFieldMapping, validatedSettings } from './validated-settings';

const shape = {
  settings: z.strictObject({
    url: z.url({ protocol: /^https$/, error: 'An https URL is needed, such as https://ucm.example.com:8443/axl/.' }),
    username: z.string().regex(/^[^\p{Cc}:]+$/u, 'A user name without colon is needed.'),
    caCertificate: certificateSetting,
    version: z
      .enum(AXL_VERSIONS, `One of ${AXL_VERSIONS.join(', ')}, or null to find it out.`)
      .nullable()
      .default(null),
    pageSize: z.number().int().min(1).max(10_000).default(1000),
    accessControlGroups: z.boolean().default(false),
    connectTimeoutSeconds: timeoutSetting(10),
    operationTimeoutSeconds: timeoutSetting(60),
  }),
  secrets: z.strictObject({ password: z.string().min(1, 'A password is needed.') }),
  mapping: userFieldMapping(z.enum(USER_TAGS, `One of ${USER_TAGS.join(', ')}.`)),
};

type UcmSettings = z.output<typeof shape.settings>;

/**
 * Cisco Unified Communications Manager over AXL: its end users, changes by its change queue, sign-in by its own user
 * authentication. Departments become groups in the pipeline; UCM's access-control groups are roles and opt-in.
 */
class UcmConnector implements DirectoryConnector {
  constructor(
    private readonly http: HttpClient,
    private readonly axl: AxlClient,
    private readonly settings: UcmSettings,
    private readonly target: NetworkTarget,
    private readonly mapping: UcmMapping,
  ) {}

  async *read(signal: AbortSignal): AsyncGenerator<DirectoryRecord> {
    for await (const page of this.readPages(signal)) yield* unpacked(page);
  }

  async *readPages(signal: AbortSignal): AsyncGenerator<DirectoryPage> {
    const directory = this.directory();
    yield* allUsers(directory, this.mapping, signal);
    if (!this.settings.accessControlGroups) return;
    for await (const record of accessControlGroups(directory, signal)) yield [record];
  }

  cursor(signal: AbortSignal): Promise<string | null> {
    return ucmCursor(this.directory(), signal);
  }

  changes(cursor: string, signal: AbortSignal): AsyncIterable<DirectoryChange> {
    return ucmChanges(this.directory(), cursor, this.mapping, this.settings.accessControlGroups, signal);
  }

  diagnose(signal: AbortSignal): Promise<{ checks: Check[]; sampleUsers: UserFields[] }> {
    return diagnoseUcm(this.directory(), this.target, this.mapping, signal);
  }

  async explain(userId: string, signal: AbortSignal): Promise<ConnectorExplanation> {
    const row = await this.directory().user({ userid: userId.trim() }, this.mapping, signal);
    const base: Check = { name: 'base', status: 'OK', detail: `AXL ${this.axl.schemaVersion} answers.` };
    if (row === null) {
      const detail = 'The call manager has no end user of this user id.';
      return { found: false, externalId: null, steps: [base, { name: 'search', status: 'FAILED', detail }] };
    }
    const record = userRecord(row, this.mapping);
    const steps: Check[] = [base, { name: 'search', status: 'OK', detail: `Found as ${record.externalId ?? '?'}.` }];
    if (record.kind === 'bad') {
      steps.push({ name: 'requiredFields', status: 'FAILED', detail: record.reason });
    } else {
      steps.push({ name: 'requiredFields', status: 'OK', detail: 'All that is required is there.' });
      const detail = record.disabled ? 'Status 2, inactive: imported as DISABLED.' : 'Status 1, active.';
      steps.push({ name: 'disabled', status: record.disabled ? 'WARNING' : 'OK', detail });
    }
    return { found: true, externalId: record.externalId, steps };
  }

  /** By AXL's doAuthenticateUser. An empty password is refused before anything is asked. */
  async authenticate(userId: string, password: string, signal: AbortSignal): Promise<boolean> {
    if (userId.trim() === '' || password === '') return false;
    const content = `<userid>${xmlText(userId)}</userid><password>${xmlText(password)}</password>`;
    try {
      const { values } = await this.axl.call({ operation: 'doAuthenticateUser', content, row: '' }, signal);
      return ['true', 't', '1'].includes(values.userAuthenticated ?? '');
    } catch (error) {
      // Not found: the same answer as a wrong password.
      if (error instanceof AxlFault && error.code === 5007) return false;
      throw error;
    }
  }

  close(): Promise<void> {
    return this.http.close();
  }

  /** A new one for each read: the page size that one read had to shrink is no rule for the next. */
  private directory(): UcmDirectory {
    return new UcmDirectory(this.axl, this.settings.pageSize);
  }
}

function validated(source: SourceSettings) {
  const valid = validatedSettings(shape, source);
  const url = new URL(valid.settings.url);
  if (url.search || url.hash || url.username) {
    throw new SettingsError('settings.url', 'The URL must have neither query, fragment nor credentials.');
  }
  // AXL answers at /axl/ only, with the slash at its end.
  const path = url.pathname === '/' ? '/axl/' : url.pathname.replace(/\/*$/, '/');
  return { ...valid, url, path };
}

/** Connector of kind UCM. Settings as in the contract; secret: `password`. */
export const ucmFactory: ConnectorFactory = {
  kind: 'UCM',
  validate(source: SourceSettings): void {
    validated(source);
  },
  create(source: SourceSettings): DirectoryConnector {
    const { settings, secrets, mapping, url, path } = validated(source);
    const target = { ...settings, url };
    const http = new HttpClient(target);
    const axl = new AxlClient(http, path, { username: settings.username, ...secrets }, settings.version);
    return new UcmConnector(http, axl, settings, target, mapping);
  },
};
