/** Modules of the call-centre administration, in the contract's order. */
export const MODULES = [
  'STAFF',
  'AGENTS',
  'TELEPHONES',
  'VOICE',
  'CHAT',
  'MAIL',
  'SMS',
  'FAX',
  'DIALER',
  'OTHER_CHANNELS',
  'CONTACT_MANAGER',
  'CALLY_SQUARE',
  'DASHBOARDS',
  'REPORTS',
  'REALTIME',
  'TOOLS',
  'SETTINGS',
] as const;
export type Module = (typeof MODULES)[number];
export type PermissionType = 'READ' | 'READ_EDIT' | 'READ_DELETE' | 'READ_EDIT_DELETE';
export type ModuleAct = 'READ' | 'EDIT' | 'DELETE';

/** Whether a permission type covers an act (requirement V7). */
export function covers(type: PermissionType | undefined, act: ModuleAct): boolean {
  return type !== undefined && type.split('_').includes(act);
}
