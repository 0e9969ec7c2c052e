import { Membership } from '../../schema/membership';
import type { MembershipColumns } from './membership-columns';

/** A membership of the image, looked up field by field: two words instead of an object of ten fields. */
export class MembershipView {
  constructor(
    private readonly columns: MembershipColumns,
    readonly slot: number,
  ) {}

  get __typename(): string {
    return Membership.name;
  }

  get groupId(): number {
    return this.columns.groupId(this.slot);
  }

  get userId(): number {
    return this.columns.userId(this.slot);
  }

  get via(): string {
    return this.columns.via(this.slot);
  }

  get pathIds(): string | null {
    return this.columns.pathIds(this.slot);
  }

  get origin(): string {
    return this.columns.origin(this.slot);
  }

  get position(): number {
    return this.columns.position(this.slot);
  }

  get callState(): string {
    return this.columns.callState(this.slot);
  }

  get since(): number {
    return this.columns.since(this.slot);
  }

  /** The key of its global id. */
  get nodeKey(): number[] {
    return [this.groupId, this.userId];
  }
}

// TypeScript lets no accessor stand in for a property, so that `extends` will not do; resolvers get it as it is, not a copy.
Object.setPrototypeOf(MembershipView.prototype, Membership.prototype);
