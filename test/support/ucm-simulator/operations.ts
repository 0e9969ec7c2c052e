import type { SimulatedDirectory, SimulatedUser } from './directory';
import { child, escape, tag, textOf, type Element } from './soap';
import { SqlFault, runSql, type SqlRow } from './sql';

/** A SOAP fault to be answered with HTTP 500. */
export class Fault extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}

/** What the call manager is, beside its directory. */
export interface Surroundings {
  release: string;
  responseLimit: number;
}

/** Changes in one answer of listChange. */
const CHANGES_A_PAGE = 1000;

/** Elements of a user in listUser's answer (schema type LUser, 12.5 to 15.0), in the order of the schema. */
const LIST_TAGS = [
  'firstName', 'middleName', 'lastName', 'emMaxLoginTime', 'userid', 'mailid', 'department', 'manager', 'userLocale',
  'primaryExtension', 'associatedPc', 'enableCti', 'status', 'numericUserId', 'directoryUri', 'telephoneNumber', 'title',
  'mobileNumber', 'homeNumber', 'pagerNumber', 'userIdentity',
]; // prettier-ignore
const GET_TAGS = ['firstName', 'displayName', ...LIST_TAGS.slice(1)];

/** Handles one operation on the directory and tells the content of its answer in parts. */
export function operate(
  directory: SimulatedDirectory,
  request: Element,
  { release, responseLimit }: Surroundings,
): Iterable<string> {
  switch (request.name) {
    case 'listUser':
      return listUser(directory, request, responseLimit);
    case 'getUser':
      return getUser(directory, request);
    case 'executeSQLQuery':
      return executeSqlQuery(directory, request, responseLimit);
    case 'listChange':
      return listChange(directory, request);
    case 'doAuthenticateUser':
      return authenticate(directory, request);
    case 'getCCMVersion':
      return [`<return><componentVersion>${tag('version', release)}</componentVersion></return>`];
    default:
      throw new Fault(-1, `Unknown operation ${request.name}`);
  }
}

/** The fault of an answer that would be too large, in the words of a call manager; with the numbers or without. */
export function tooLarge(total: number, suggestion: number | null): Fault {
  const numbers =
    suggestion === null ? '' : ` Total rows matched: ${total} rows. Suggestive Row Fetch: less than ${suggestion} rows`;
  return new Fault(-1, `Query request too large.${numbers}`);
}

function listUser(directory: SimulatedDirectory, request: Element, limit: number): Iterable<string> {
  const criteria = child(request, 'searchCriteria')?.children ?? [];
  if (criteria.length === 0) throw new Fault(-1, 'At least one element under searchCriteria has to be mentioned');
  const tags = wantedTags(request, LIST_TAGS);
  const first = textOf(request, 'first');
  const skip = first === undefined ? 0 : Number(textOf(request, 'skip') ?? 0);
  const matches = matching(directory, criteria);
  const page = matches.slice(skip, first === undefined ? undefined : skip + Number(first));
  const rowBytes = 80 + 45 * tags.length;
  if (page.length * rowBytes > limit) throw tooLarge(matches.length, Math.floor(limit / rowBytes));
  return userRows(page, tags);
}

function matching(directory: SimulatedDirectory, criteria: Element[]): SimulatedUser[] {
  const patterns = criteria.map(({ name, text }) => {
    const source = text
      .trim()
      .replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
      .replaceAll('%', '.*')
      .replaceAll('_', '.');
    return { name, isAll: text.trim() === '%', pattern: new RegExp(`^${source}$`, 'i') };
  });
  const users = [...directory.users.values()];
  if (patterns.every(({ isAll }) => isAll)) return users;
  return users.filter((user) => patterns.every(({ name, pattern }) => pattern.test(valueOf(user, name))));
}

function* userRows(users: SimulatedUser[], tags: string[]): Generator<string> {
  yield '<return>';
  for (const user of users) yield userElement(user, tags);
  yield '</return>';
}

function getUser(directory: SimulatedDirectory, request: Element): Iterable<string> {
  const uuid = textOf(request, 'uuid')?.replace(/[{}]/g, '').toLowerCase();
  const user = uuid === undefined ? directory.userById(textOf(request, 'userid') ?? '') : directory.users.get(uuid);
  if (!user) throw new Fault(5007, 'Item not valid: The specified User was not found');
  const tags = child(request, 'returnedTags') ? wantedTags(request, GET_TAGS) : GET_TAGS;
  return [`<return>${userElement(user, tags)}</return>`];
}

function executeSqlQuery(directory: SimulatedDirectory, request: Element, limit: number): Iterable<string> {
  try {
    const rows = runSql(directory, textOf(request, 'sql') ?? '');
    if (rows.length * 150 > limit) throw tooLarge(rows.length, Math.floor(limit / 150));
    return sqlRows(rows);
  } catch (error) {
    if (error instanceof SqlFault) throw new Fault(-201, error.message);
    throw error;
  }
}

function* sqlRows(rows: SqlRow[]): Generator<string> {
  yield '<return>';
  for (const row of rows)
    yield `<row>${Object.entries(row)
      .map(([name, value]) => tag(name, value))
      .join('')}</row>`;
  yield '</return>';
}

function listChange(directory: SimulatedDirectory, request: Element): Iterable<string> {
  const start = child(request, 'startChangeId');
  const oldest = directory.changes[0]?.id ?? directory.nextChangeId;
  const from = start ? Number(start.text) : oldest;
  if (start && start.attributes.queueId !== directory.queueId) {
    throw new Fault(
      5007,
      'The queueId value does not match the server. This indicates that it is either incorrect or the server restarted and a full sync is needed.',
    );
  }
  if (from < oldest) throw new Fault(5007, 'The startChangeId is no longer in the queue. A full sync is needed.');
  const types = (child(request, 'objectList')?.children ?? []).map(({ text }) => text.trim());
  const page = directory.changes.filter(({ id }) => id >= from).slice(0, CHANGES_A_PAGE);
  const next = page.at(-1) ? (page.at(-1)?.id ?? 0) + 1 : directory.nextChangeId;
  const told = page.filter(({ type }) => types.length === 0 || types.includes(type));
  const info =
    tag('firstChangeId', String(oldest)) + tag('lastChangeId', String(directory.nextChangeId - 1)) +
    tag('nextStartChangeId', String(next)) + tag('queueId', directory.queueId); // prettier-ignore
  const changes = told.map(
    ({ id, type, uuid, action }) =>
      `<change type="${type}" uuid="{${uuid.toUpperCase()}}"><id>${id}</id><action>${action}</action>` +
      `<doGet>${String(action !== 'r')}</doGet><changedTags/></change>`,
  );
  return [`<queueInfo>${info}</queueInfo><changes>`, ...changes, '</changes>'];
}

function authenticate(directory: SimulatedDirectory, request: Element): Iterable<string> {
  const user = directory.userById(textOf(request, 'userid') ?? '');
  if (!user) throw new Fault(5007, 'Item not valid: The specified User was not found');
  const isRight = user.password === child(request, 'password')?.text && user.status === '1';
  return [`<return>${tag('userAuthenticated', String(isRight))}${tag('code', isRight ? '0' : '1')}</return>`];
}

function wantedTags(request: Element, known: string[]): string[] {
  const wanted = (child(request, 'returnedTags')?.children ?? []).map(({ name }) => name);
  const foreign = wanted.find((name) => !known.includes(name));
  if (foreign !== undefined) throw new Fault(-1, `${foreign} is not a valid tag for this version`);
  return wanted.length === 0 ? known : known.filter((name) => wanted.includes(name));
}

function userElement(user: SimulatedUser, tags: string[]): string {
  const content = tags.map((name) => {
    if (name !== 'primaryExtension') return tag(name, valueOf(user, name));
    if (user.primaryExtension === '') return '<primaryExtension/>';
    return `<primaryExtension>${tag('pattern', user.primaryExtension)}${tag('routePartitionName', 'Internal')}</primaryExtension>`;
  });
  return `<user uuid="{${escape(user.uuid.toUpperCase())}}">${content.join('')}</user>`;
}

function valueOf(user: SimulatedUser, name: string): string {
  if (name === 'enableCti') return 'true';
  return name === 'password' ? '' : ((user as unknown as Record<string, string>)[name] ?? '');
}
