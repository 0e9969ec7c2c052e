import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { InstantColumn, type Instant } from './columns';
import { StaffUser } from './staff-user';

/** A link that was mailed and not used yet. The token itself is never stored: only its SHA-256. */
@Entity('password_reset')
@Index('password_reset_by_staff', ['staffUserId'])
@Index('password_reset_by_expiry', ['expiresAt'])
export class PasswordReset {
  @PrimaryColumn({ type: 'varchar', length: 64 })
  tokenHash!: string;

  @Column({ type: 'int' })
  staffUserId!: number;

  @ManyToOne(() => StaffUser, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'staffUserId', foreignKeyConstraintName: 'fk_password_reset_staff' })
  staffUser?: Relation<StaffUser>;

  @InstantColumn()
  expiresAt!: Instant;
}
