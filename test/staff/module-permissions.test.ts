import { MODULES, type Module, type ModuleAct, type PermissionType } from '../../src/auth/modules';
import {
  ADMIN_MODULES,
  CHANNEL_MODULES,
  can,
  canOnQueue,
  canPickUp,
  canSeeDashboard,
  effectiveModules,
  visibleAgentQueues,
  visibleQueueIds,
  type ChannelName,
} from '../../src/staff/module-permissions';

const ACTS: ModuleAct[] = ['READ', 'EDIT', 'DELETE'];
const supervisor = (modules: [Module, PermissionType][], queueIds: number[] = []) => {
  return { id: 5, isAdmin: false, modules: new Map(modules), queueIds };
};
const admin = { id: 1, isAdmin: true, modules: ADMIN_MODULES, queueIds: [] };

describe('modules of call-centre staff', () => {
  it('XU2: an ADMIN has all seventeen with everything', () => {
    expect([...ADMIN_MODULES.keys()]).toEqual([...MODULES]);
    for (const module of MODULES) expect(ACTS.map((act) => can(admin, module, act))).toEqual([true, true, true]);
  });

  it('XU27: a module without a type has the default of the profile, in the order of the contract', () => {
    const modules = effectiveModules({
      defaultPermissionType: 'READ_EDIT',
      modules: [
        { module: 'VOICE', permissionType: null },
        { module: 'AGENTS', permissionType: 'READ' },
      ],
    });
    expect([...modules]).toEqual([
      ['AGENTS', 'READ'],
      ['VOICE', 'READ_EDIT'],
    ]);
  });

  it('XU5: a profile without modules, and none at all, permit nothing', () => {
    expect(effectiveModules({ defaultPermissionType: 'READ_EDIT_DELETE', modules: [] }).size).toBe(0);
    expect(effectiveModules(null).size).toBe(0);
    for (const module of MODULES) expect(can(supervisor([]), module, 'READ')).toBe(false);
  });

  it.each<[PermissionType, boolean[]]>([
    ['READ', [true, false, false]],
    ['READ_EDIT', [true, true, false]],
    ['READ_DELETE', [true, false, true]],
    ['READ_EDIT_DELETE', [true, true, true]],
  ])('V7: what %s allows', (type, expected) => {
    expect(ACTS.map((act) => can(supervisor([['AGENTS', type]]), 'AGENTS', act))).toEqual(expected);
    expect(ACTS.map((act) => can(supervisor([['AGENTS', type]]), 'VOICE', act))).toEqual([false, false, false]);
  });

  it.each<[string, Module]>([
    ['XU3', 'STAFF'],
    ['V7', 'CONTACT_MANAGER'],
  ])('%s: %s is read only for supervisors', (_, module) => {
    const holder = supervisor([[module, 'READ_EDIT_DELETE']]);
    expect(ACTS.map((act) => can(holder, module, act))).toEqual([true, false, false]);
  });
});

describe('queues, agents and dashboards of supervisors', () => {
  it('XU31: queues are those of the profile and those granted', () => {
    expect(visibleQueueIds([30, 10], [20, 10])).toEqual([10, 20, 30]);
    expect(visibleQueueIds([], [])).toEqual([]);
  });

  it.each<[ChannelName, Module]>([
    ['VOICE', 'VOICE'],
    ['CHAT', 'CHAT'],
    ['MAIL', 'MAIL'],
    ['SMS', 'SMS'],
    ['FAX', 'FAX'],
    ['DIALER', 'DIALER'],
    ['OTHER', 'OTHER_CHANNELS'],
  ])('V7: queues of channel %s belong to module %s', (channel, module) => {
    expect(CHANNEL_MODULES[channel]).toBe(module);
    const holder = supervisor([[module, 'READ_EDIT']], [10]);
    expect(ACTS.map((act) => canOnQueue(holder, { id: 10, channel }, act))).toEqual([true, true, false]);
    expect(canOnQueue(holder, { id: 11, channel }, 'READ')).toBe(false);
    expect(canOnQueue(supervisor([['AGENTS', 'READ']], [10]), { id: 10, channel }, 'READ')).toBe(false);
    expect(canOnQueue(admin, { id: 11, channel }, 'DELETE')).toBe(true);
  });

  it.each([
    ['XU32: only agents of his queues', supervisor([['AGENTS', 'READ']], [10]), [20], null],
    ['XU33: and of them only his queues', supervisor([['AGENTS', 'READ']], [10, 30]), [20, 30, 10], [30, 10]],
    ['XU32: an agent without queues', supervisor([['AGENTS', 'READ']], [10]), [], null],
    ['V7: none without the module', supervisor([['VOICE', 'READ']], [10]), [10], null],
    ['XU2: an ADMIN sees all', admin, [20], [20]],
    ['XU2: also agents without queues', admin, [], []],
  ])('%s', (_, staff, agentQueues, shown) => {
    expect(visibleAgentQueues(staff, agentQueues)).toEqual(shown);
  });

  it.each([
    ['XU30: enabled for him', supervisor([['DASHBOARDS', 'READ']]), [4, 5], true],
    ['XU30: enabled for others only', supervisor([['DASHBOARDS', 'READ']]), [4], false],
    ['V7: without the module', supervisor([['AGENTS', 'READ']]), [5], false],
    ['XU2: an ADMIN', admin, [], true],
  ])('%s', (_, staff, enabledFor, visible) => {
    expect(canSeeDashboard(staff, enabledFor)).toBe(visible);
  });

  it.each([
    [[1, 2], [2, 3], true],
    [[1], [2], false],
    [[], [], false],
  ])('XU20: with pickup groups %j a call to call groups %j: %s', (pickup, call, expected) => {
    expect(canPickUp(pickup, call)).toBe(expected);
  });
});
