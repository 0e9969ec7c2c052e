/** The queries of the claims, in the words of each schema. */
export type QueryName = 'Q1' | 'Q2' | 'Q3';

export const QUERY_NAMES: readonly QueryName[] = ['Q1', 'Q2', 'Q3'];

export const MEANING: Record<QueryName, string> = {
  Q1: '50 groups, of each the first 100 members with id, name and mail',
  Q2: '100 people with their groups',
  Q3: 'one person by id with the groups',
};

type Documents = Record<QueryName, string>;

export const OURS: Documents = {
  Q1: '{ groups(first: 50) { nodes { id name members(first: 100) { nodes { user { id displayName email } } } } } }',
  Q2: '{ users(first: 100) { nodes { id userId displayName memberships(first: 100) { nodes { group { id name } } } } } }',
  Q3: 'query ($id: ID!) { user(id: $id) { id userId displayName email memberships(first: 100) { nodes { group { id name } } } } }',
};

/** Lists as plain lists: what the peers written by hand have. */
export const PLAIN: Documents = {
  Q1: '{ groups(first: 50) { id name members(first: 100) { user { id displayName email } } } }',
  Q2: '{ users(first: 100) { id userId displayName memberships { group { id name } } } }',
  Q3: 'query ($id: ID!) { user(id: $id) { id userId displayName email memberships { group { id name } } } }',
};

/** PostGraphile's own names; a `!` or a cursor more or less costs nothing here. */
export const POSTGRAPHILE: Documents = {
  Q1: '{ allUserGroups(first: 50, orderBy: [NAME_KEY_ASC, ROW_ID_ASC]) { nodes { id: rowId name membershipsByGroupId(first: 100, orderBy: [POSITION_ASC, USER_ID_ASC]) { nodes { userByUserId { id: rowId displayName email } } } } } }',
  Q2: '{ allUsers(first: 100, orderBy: [DISPLAY_NAME_KEY_ASC, ROW_ID_ASC]) { nodes { id: rowId userId displayName membershipsByUserId { nodes { userGroupByGroupId { id: rowId name } } } } } }',
  Q3: 'query ($id: Int!) { userByRowId(rowId: $id) { id: rowId userId displayName email membershipsByUserId { nodes { userGroupByGroupId { id: rowId name } } } } }',
};
