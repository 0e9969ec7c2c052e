import type { ContentGroup, Key, MonitorGroupLink } from '../../schema/group-contents';
import { GroupFlag, Placement } from '../../schema/group.enums';
import { GROUP_FLAGS, toMask } from '../../schema/masks';
import type { OwnGroup } from './group-contents.reads';

/** What a person's active groups put into its monitor and favorites. */
export interface ContentFacts {
  /** The person's groups whose settings are active. */
  groups: readonly OwnGroup[];
  /** Groups registered with those, with their names. */
  links: readonly (MonitorGroupLink & { name: string })[];
  keys: readonly Key[];
}

const ON_MONITOR = toMask([GroupFlag.SHOW_ON_MEMBERS_MONITOR], GROUP_FLAGS);

/**
 * The locked groups in the monitor or among the favorites of a person (E26, E34–E36, E38): the members' monitor group,
 * the registered groups, each once, and the keys of each group.
 */
export function contentGroups(place: Placement.MONITOR | Placement.FAVORITES, facts: ContentFacts): ContentGroup[] {
  const isHere = (one: { placement: Placement }) => one.placement === place || one.placement === Placement.BOTH;
  const shown = facts.groups.filter((group) => group.flagsMask & ON_MONITOR).map((group) => group.id);
  const own = place === Placement.MONITOR && shown.length > 0 ? [locked('Members of my groups', shown, [], null)] : [];
  const registered = new Map(facts.links.filter(isHere).map((link) => [link.registeredGroupId, link.name]));
  const keyed = facts.groups.map((group) => {
    const keys = facts.keys.filter((key) => key.groupId === group.id && isHere(key));
    return locked(group.name, [], keys, group.id);
  });
  return [
    ...own,
    ...[...registered].map(([id, name]) => locked(name, [id], [], id)),
    ...keyed.filter((group) => group.keys.length > 0),
  ];
}

function locked(title: string, memberGroupIds: number[], keys: Key[], sourceId: number | null): ContentGroup {
  return { title, locked: true, memberGroupIds, keys, sourceId };
}
