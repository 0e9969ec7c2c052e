import type { StaffViewers } from '../auth/authenticator';
import type { Gateway } from '../gateway';

/** Staff accounts as viewers. */
export function staffViewers(_gateway: Gateway): StaffViewers {
  return { byId: () => Promise.resolve(null), byApiKey: () => Promise.resolve(null) };
}
