import type { ClientViewer } from '../../src/auth/viewer';

/** The built-in administrator of a first start, as a request knows it. */
export const ADMIN: ClientViewer = {
  kind: 'client',
  id: 1,
  username: 'admin',
  isAdmin: true,
  userId: null,
  permissionsMask: 15,
  tokenHash: '',
};
