import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the two databases say differently in a view. */
interface Words {
  /** A text of the instant in column `name`, UTC: DATETIME in MariaDB, ISO text that sorts in SQLite. */
  instant(name: string): string;
  /** A number of the JSON text in `name`. */
  number(name: string, path: string): string;
}

const MARIADB: Words = {
  // From a constant, so that the session's time zone has no say.
  instant: (name) => `TIMESTAMPADD(MICROSECOND, ${name} * 1000, TIMESTAMP '1970-01-01 00:00:00.000')`,
  number: (name, path) => `CAST(JSON_EXTRACT(${name}, '$.${path}') AS SIGNED)`,
};

const SQLITE: Words = {
  instant: (name) => `strftime('%Y-%m-%d %H:%M:%f', ${name} / 1000.0, 'unixepoch')`,
  number: (name, path) => `CAST(json_extract(${name}, '$.${path}') AS INTEGER)`,
};

/** Who is in which group now, and how. */
const groupMembership = ({ instant }: Words) => `
  SELECT g.id AS group_key, g.name AS group_name, g.origin AS group_origin, g.memberCount AS group_member_count,
    u.id AS user_key, u.userId AS user_id, u.displayName AS display_name, u.email AS email,
    u.department AS department, u.title AS title, u.state AS user_state,
    m.via AS via, m.pathIds AS path_group_keys, m.origin AS origin, m.position AS position,
    ${instant('m.since')} AS since
  FROM membership m JOIN user_group g ON g.id = m.groupId JOIN user u ON u.id = m.userId`;

/** The accounts of the operator console; bits as in schema/masks.ts when this was written. */
const clients = ({ instant }: Words) => `
  SELECT c.id AS client_key, c.username AS username, c.authType AS auth_type, c.builtIn AS is_built_in,
    CASE WHEN (c.rolesMask & 1) <> 0 THEN 1 ELSE 0 END AS is_administrator,
    CASE WHEN (c.rolesMask & 2) <> 0 THEN 1 ELSE 0 END AS is_user,
    CASE WHEN (c.permissionsMask & 1) <> 0 THEN 1 ELSE 0 END AS can_forward_users,
    CASE WHEN (c.permissionsMask & 2) <> 0 THEN 1 ELSE 0 END AS can_modify_user_status,
    CASE WHEN (c.permissionsMask & 4) <> 0 THEN 1 ELSE 0 END AS can_park,
    CASE WHEN (c.permissionsMask & 8) <> 0 THEN 1 ELSE 0 END AS can_show_all_busy_queue,
    c.maskAll AS masks_all_digits, c.maskDigits AS masked_digits,
    c.fallbackKind AS fallback_kind, c.fallbackTimeoutSeconds AS fallback_timeout_seconds,
    u.id AS user_key, u.userId AS user_id, u.displayName AS display_name, u.department AS department, u.state AS user_state,
    (SELECT COUNT(*) FROM group_assignment a WHERE a.clientId = c.id) AS group_count,
    (SELECT COUNT(*) FROM group_assignment a WHERE a.clientId = c.id AND a.kind = 'OWNER') AS owned_group_count,
    ${instant('c.createdAt')} AS created_at, ${instant('c.updatedAt')} AS updated_at
  FROM client c LEFT JOIN user u ON u.id = c.userId`;

const COUNTS: [path: string, column: string][] = [
  ['created', 'created_count'],
  ['updated', 'updated_count'],
  ['vanished', 'vanished_count'],
  ['revived', 'revived_count'],
  ['purged', 'purged_count'],
  ['unchanged', 'unchanged_count'],
  ['membershipsAdded', 'memberships_added'],
  ['membershipsRemoved', 'memberships_removed'],
  ['quarantined', 'quarantined_count'],
  ['unresolvedMembers', 'unresolved_members'],
];

/** Synchronizations. Settings and secrets of the source are left out. */
const syncRuns = ({ instant, number }: Words) => `
  SELECT r.id AS run_key, s.id AS source_key, s.name AS source_name, s.kind AS source_kind,
    r.state AS state, r.mode AS mode, r.requestedMode AS requested_mode, r.modeReason AS mode_reason,
    r.complete AS is_complete, r.refusal AS refusal, r.error AS error, r.startedBy AS started_by,
    ${instant('r.startedAt')} AS started_at, ${instant('r.finishedAt')} AS finished_at,
    ${instant('r.appliedAt')} AS applied_at, (r.finishedAt - r.startedAt) / 1000.0 AS duration_seconds,
    ${COUNTS.map(([path, column]) => `${number('r.counts', path)} AS ${column}`).join(',\n    ')}
  FROM sync_run r JOIN directory_source s ON s.id = r.sourceId`;

const views: Record<string, (words: Words) => string> = {
  report_group_membership: groupMembership,
  report_clients: clients,
  report_sync_runs: syncRuns,
};

/** The views of docs/reports.md, for Grafana, Metabase, Power BI and whatever else reads SQL. */
export class ReportViews1700000001000 implements MigrationInterface {
  name = 'ReportViews1700000001000';

  async up(runner: QueryRunner): Promise<void> {
    const words = runner.connection.options.type === 'better-sqlite3' ? SQLITE : MARIADB;
    for (const [name, select] of Object.entries(views)) await runner.query(`CREATE VIEW ${name} AS${select(words)}`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of Object.keys(views)) await runner.query(`DROP VIEW ${name}`);
  }
}
