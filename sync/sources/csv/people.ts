import { IncompleteRead, type BadRecord, type UserFields, type UserRecord } from '../../source';
import type { MappableUserField } from '../validated-settings';
import type { CsvRow } from './table';

/** Column of each field in a UCM BAT export of users (Cisco UCM Bulk Administration Guide, "Export Users"). */
const BAT_COLUMNS: Partial<Record<MappableUserField, string>> = {
  userId: 'USER ID',
  displayName: 'DISPLAY NAME',
  firstName: 'FIRST NAME',
  lastName: 'LAST NAME',
  email: 'MAIL ID',
  department: 'DEPARTMENT',
  title: 'TITLE',
  telephoneNumber: 'TELEPHONE NUMBER',
  mobileNumber: 'MOBILE NUMBER',
  userPrincipalName: 'DIRECTORY URI',
  primaryLine: 'PRIMARY EXTENSION',
  manager: 'MANAGER USER ID',
};

/** Columns of secrets: never read, whatever a mapping says. */
export function isSecretColumn(header: string): boolean {
  return /^(?:.* )?(?:PASSWORD|PIN|DIGEST CREDENTIALS)$/i.test(header.trim());
}

const NUMBERS = new Set<MappableUserField>(['telephoneNumber', 'mobileNumber', 'primaryLine']);

/** Turns the rows of one table into people and their group names, by the names in its header. */
export class CsvPeople {
  private readonly columns = new Map<MappableUserField, number>();
  private readonly groupColumns: number[] = [];
  private readonly seen = new Map<string, number>();

  /**
   * @param mapping field → header name, where it differs from a BAT export's.
   * @throws IncompleteRead when the column of the user id is missing; every other may be.
   */
  constructor(
    private readonly header: string[],
    mapping: Partial<Record<MappableUserField, string>>,
  ) {
    const names = header.map((name) => name.trim().toUpperCase());
    const wanted = { ...BAT_COLUMNS, ...mapping };
    for (const [field, name] of Object.entries(wanted)) {
      const index = names.indexOf(name.trim().toUpperCase());
      if (index >= 0 && !isSecretColumn(name)) this.columns.set(field as MappableUserField, index);
    }
    names.forEach((name, index) => {
      if (/^USER GROUP \d+$/.test(name)) this.groupColumns.push(index);
    });
    if (!this.columns.has('userId')) {
      const hint = header.length < 2 ? ' Is the delimiter right?' : '';
      throw new IncompleteRead(`The CSV file has no column "${wanted.userId}".${hint}`);
    }
  }

  /** The person of a row, or why it is none. A second row of one user id is bad: call it once a row and pass, in order. */
  record(row: CsvRow): UserRecord | BadRecord {
    const userId = this.value(row, 'userId');
    if (row.problem !== null) return this.bad(row, row.problem, this.trustedId(row));
    if (userId === null) return this.bad(row, 'The user id is empty.', null);
    const externalId = userId.toLowerCase();
    const earlier = this.seen.get(externalId);
    if (earlier !== undefined) {
      return { ...this.bad(row, `The user id stands in line ${earlier} already.`, userId), externalId: null };
    }
    this.seen.set(externalId, row.line);
    const manager = this.value(row, 'manager');
    return {
      kind: 'user',
      externalId,
      refs: [uidRef(userId)],
      fields: this.fields(row, userId),
      disabled: false,
      manager: manager === null ? null : uidRef(manager),
    };
  }

  /** Names of the groups of a row, each once. */
  groups(row: CsvRow): string[] {
    const names = this.groupColumns.map((index) => (row.values[index] ?? '').trim()).filter((name) => name !== '');
    return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
  }

  get hasGroups(): boolean {
    return this.groupColumns.length > 0;
  }

  /** Header names that are read, for the diagnosis. */
  get readColumns(): string[] {
    return [...this.columns.values(), ...this.groupColumns]
      .sort((a, b) => a - b)
      .map((index) => this.header[index] ?? '');
  }

  private fields(row: CsvRow, userId: string): UserFields {
    const firstName = this.value(row, 'firstName');
    const lastName = this.value(row, 'lastName');
    const fullName = [firstName, lastName].filter((part) => part !== null).join(' ');
    return {
      userId,
      displayName: this.value(row, 'displayName') ?? (fullName || userId),
      firstName,
      lastName,
      email: this.value(row, 'email'),
      department: this.value(row, 'department'),
      title: this.value(row, 'title'),
      telephoneNumber: this.value(row, 'telephoneNumber'),
      mobileNumber: this.value(row, 'mobileNumber'),
      userPrincipalName: this.value(row, 'userPrincipalName'),
      primaryLine: this.value(row, 'primaryLine'),
    };
  }

  private value(row: CsvRow, field: MappableUserField): string | null {
    const index = this.columns.get(field);
    const text = index === undefined ? '' : (row.values[index] ?? '').trim();
    if (text === '') return null;
    // A UCM stores E.164 patterns with the plus sign escaped: \+41315310001.
    return NUMBERS.has(field) ? text.replaceAll('\\+', '+') : text;
  }

  /**
   * The user id of a row whose columns may have shifted, or null where the shift could have brought a password or PIN
   * into that column.
   */
  private trustedId(row: CsvRow): string | null {
    const index = this.columns.get('userId') ?? 0;
    const shift = this.header.length - row.values.length;
    const [from, to] = shift >= 0 ? [index + 1, index + 1 + shift] : [index + shift, index];
    if (this.header.slice(Math.max(0, from), to).some(isSecretColumn)) return null;
    return this.value(row, 'userId');
  }

  private bad(row: CsvRow, reason: string, userId: string | null): BadRecord {
    const label = userId ?? `line ${row.line}`;
    const raw: Record<string, unknown> = { line: row.line };
    // A row out of shape may hold a secret in any column: only its line is told.
    if (row.problem === null) for (const [field] of this.columns) raw[field] = this.value(row, field);
    return { kind: 'bad', of: 'user', externalId: userId?.toLowerCase() ?? null, label, reason, raw };
  }
}

/** The ref of a person by user id. */
export function uidRef(userId: string): string {
  return `uid:${userId.toLowerCase()}`;
}
