import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import { InstantColumn, NullableText, type Instant } from './columns';
import { Realm } from './client.enums';

/** A signed-in account. The token itself is never stored: only its SHA-256. */
@Entity('session')
@Index('session_by_account', ['realm', 'accountId'])
@Index('session_by_expiry', ['expiresAt'])
export class SessionRow {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  tokenHash!: string;

  @Column({ type: 'varchar', length: 16 })
  realm!: Realm;

  @Column({ type: 'int' })
  accountId!: number;

  @InstantColumn()
  createdAt!: Instant;

  @InstantColumn()
  expiresAt!: Instant;
}

/** Failed sign-ins per account name and per address: shared by replicas, so that throttling cannot be walked around. */
@Entity('sign_in_failure')
@Index('sign_in_failure_by_expiry', ['resetAt'])
export class SignInFailure {
  /** `account:<realm>:<key>` or `address:<ip>`. */
  @PrimaryColumn({ type: 'varchar', length: 320 })
  subject!: string;

  @Column({ type: 'int' })
  failures!: number;

  /** When the count starts anew. */
  @InstantColumn()
  resetAt!: Instant;

  @InstantColumn({ nullable: true })
  blockedUntil!: Instant | null;

  @NullableText(16)
  lastReason!: string | null;
}
