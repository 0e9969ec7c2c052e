import type { MembershipVia } from '../../schema/enums';
import type { Group } from '../../schema/group';
import type { GroupFilter, GroupOrder } from '../../schema/group.input';
import type { User } from '../../schema/user';
import type { UserFilter, UserOrder } from '../../schema/user.input';
import type { DirectoryImage } from './directory-image';
import { pageOfGroups, pageOfMembers, pageOfMemberships, pageOfUsers, type ImagePage } from './image-pages';

type Arguments = Record<string, unknown>;

/** The lists of the API that an image has, by the arguments of their fields. Null: the image does not tell. */
export const imageLists = {
  users: (image: DirectoryImage, args: Arguments): ImagePage<User> | null =>
    pageOfUsers(image, args['filter'] as UserFilter, args['orderBy'] as UserOrder, args),
  groups: (image: DirectoryImage, args: Arguments): ImagePage<Group> | null =>
    pageOfGroups(image, args['filter'] as GroupFilter, args['orderBy'] as GroupOrder, args),
  /** Slots of a person's memberships. */
  memberships: (image: DirectoryImage, args: Arguments, userId: number): ImagePage<number> | null =>
    pageOfMemberships(image, userId, args, args['via'] as MembershipVia[] | null),
  /** Slots of a group's members, now. */
  members: (image: DirectoryImage, args: Arguments, groupId: number): ImagePage<number> | null =>
    args['search'] || isGiven(args['asOf'])
      ? null
      : pageOfMembers(image, groupId, args, args['via'] as MembershipVia[] | null),
};

function isGiven(value: unknown): boolean {
  return value !== null && value !== undefined;
}
