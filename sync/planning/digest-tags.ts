/** What keeps kinds of members apart in the digest of a group. Stored with the groups: never change one. */
export const TAG_DIRECT = 0;
export const TAG_PRIMARY = 1;
export const TAG_GROUP = 2;
export const TAG_UNRESOLVED = 3;
/** Members of inner groups are followed. */
export const TAG_NESTED = 4;
