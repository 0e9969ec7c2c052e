import type { EntityManager } from 'typeorm';
import { CallGroupMode } from '../../schema/group.enums';
import { CALL_GROUP_MODES, toMask } from '../../schema/masks';
import { Settings } from '../../schema/settings';
import type { SettingsInput } from '../../schema/settings.input';
import { audit } from '../audit/audit';
import { maskOfInput } from '../authorizations/authorization-input';
import { PRESETS } from '../authorizations/rights';
import { rowsIn } from '../database';
import { badInput } from '../errors';
import type { ServiceDeps } from '../gateway';
import { servicesToMask } from '../groups/services';
import { recordRevision } from '../revision';
import { lockSettings } from './settings.reads';
import { isTimeZone } from './time-zone';

type Columns = Omit<Settings, 'id'>;

/** What the settings are from the first start on, and what null restores. */
export const FIRST_SETTINGS: Columns = {
  securitySuiteEnabled: false,
  callManagerTimeoutSeconds: 30,
  timezone: 'UTC',
  smsConfigured: false,
  recordingConfigured: false,
  globalServicesMask: 0,
  globalRights: PRESETS.PUBLIC,
  callGroupLicencesMask: toMask([...CALL_GROUP_MODES], CALL_GROUP_MODES),
  maxGroupsPerClient: 50,
};

/** How many clients that stand in the way are named. */
const NAMED = 10;

/** The settings of the installation. */
export class SettingsService {
  constructor(private readonly deps: ServiceDeps) {}

  /**
   * Changes what is given, all or nothing.
   * @throws BAD_USER_INPUT naming the field, with up to ten usernames in `clients` where clients stand in the way (C22, C37).
   */
  async update(input: SettingsInput): Promise<void> {
    const wanted = columnsOf(input);
    await this.deps.db.write(async (em) => {
      const before = await lockSettings(em);
      const changes = differences(before, wanted);
      if (Object.keys(changes).length === 0) return;
      await requireTimeoutAboveClients(em, changes.callManagerTimeoutSeconds);
      await requireRoomForClients(em, changes.maxGroupsPerClient);
      await em.update(Settings, 1, changes);
      await this.record(em, before, changes);
    });
  }

  private async record(em: EntityManager, before: Settings, changes: Partial<Columns>): Promise<void> {
    const { actor, clock } = this.deps;
    const names = Object.keys(changes) as (keyof Columns)[];
    const old = Object.fromEntries(names.map((name) => [name, before[name]]));
    await audit(em, clock.now(), { actor, action: 'updateSettings', target: 'Settings', before: old, after: changes });
    await recordRevision(em, { settings: true });
  }
}

function columnsOf(input: SettingsInput): Partial<Columns> {
  const columns: Partial<Columns> = {};
  const put = <K extends keyof Columns>(name: K, given: unknown, value: () => Columns[K]) => {
    if (given !== undefined) columns[name] = given === null ? FIRST_SETTINGS[name] : value();
  };
  const { globalServices, globalAuthorization, callGroupLicences } = input;
  for (const name of ['securitySuiteEnabled', 'smsConfigured', 'recordingConfigured'] as const) {
    put(name, input[name], () => input[name] === true);
  }
  for (const name of ['callManagerTimeoutSeconds', 'maxGroupsPerClient'] as const) {
    put(name, input[name], () => positive(name, input[name] ?? 0));
  }
  put('timezone', input.timezone, () => timeZone(input.timezone ?? ''));
  put('globalServicesMask', globalServices, () => servicesToMask(globalServices ?? []));
  put('globalRights', globalAuthorization, () => maskOfInput(globalAuthorization ?? {}, 'globalAuthorization'));
  put('callGroupLicencesMask', callGroupLicences, () =>
    toMask([CallGroupMode.DISABLED, ...(callGroupLicences ?? [])], CALL_GROUP_MODES),
  );
  return columns;
}

/** Booleans come as 0 and 1 from the database. */
function differences(before: Settings, wanted: Partial<Columns>): Partial<Columns> {
  const isSame = (old: unknown, value: unknown) =>
    typeof value === 'string' ? old === value : Number(old) === Number(value);
  return Object.fromEntries(
    Object.entries(wanted).filter(([name, value]) => !isSame(before[name as keyof Columns], value)),
  );
}

function positive(field: string, value: number): number {
  if (value < 1) throw badInput(field, `${field} must be at least 1.`);
  return value;
}

function timeZone(name: string): string {
  if (!isTimeZone(name)) throw badInput('timezone', 'timezone must be an IANA name such as Europe/Zurich.');
  return name;
}

/** Every fallback comes before the call manager gives up (C22). */
async function requireTimeoutAboveClients(em: EntityManager, seconds: number | undefined): Promise<void> {
  if (seconds === undefined) return;
  const rows = await rowsIn<{ username: string }>(
    em,
    `SELECT username FROM client WHERE fallbackKind <> 'NONE' AND fallbackTimeoutSeconds >= ? ORDER BY usernameKey LIMIT ${NAMED}`,
    [seconds],
  );
  refuse('callManagerTimeoutSeconds', 'Clients have fallback time-outs that are not smaller.', rows);
}

async function requireRoomForClients(em: EntityManager, max: number | undefined): Promise<void> {
  if (max === undefined) return;
  const rows = await rowsIn<{ username: string }>(
    em,
    `SELECT c.username FROM client c JOIN group_assignment a ON a.clientId = c.id
     GROUP BY c.id, c.username, c.usernameKey HAVING COUNT(*) > ? ORDER BY c.usernameKey LIMIT ${NAMED}`,
    [max],
  );
  refuse('maxGroupsPerClient', 'Clients have more groups.', rows);
}

function refuse(field: string, message: string, rows: { username: string }[]): void {
  if (rows.length > 0) throw badInput(field, message, { clients: rows.map((row) => row.username) });
}
