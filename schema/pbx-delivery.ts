import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryGeneratedColumn, type Relation } from 'typeorm';
import { InstantColumn, type Instant } from './columns';
import type { ActionChain } from './profile.enums';
import { ProfileChange } from './profile-change';

/**
 * A webhook that the telephone system is still to be sent: written in the transaction of the change that it tells, gone
 * once its answer is recorded with the change. `webhookId` stays the same at every attempt.
 */
@Entity('pbx_delivery')
@Index('pbx_delivery_by_user', ['userId', 'id'])
@Index('pbx_delivery_by_change', ['changeId'])
export class PbxDelivery {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column({ type: 'varchar', length: 64 })
  webhookId!: string;

  @Column({ type: 'int' })
  userId!: number;

  @Column({ type: 'int' })
  changeId!: number;

  @ManyToOne(() => ProfileChange, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'changeId', foreignKeyConstraintName: 'fk_pbx_delivery_change' })
  change?: Relation<ProfileChange>;

  @Column({ type: 'varchar', length: 8 })
  chain!: ActionChain;

  @Column({ type: 'int' })
  position!: number;

  /** The JSON that is sent, byte by byte the same at every attempt. */
  @Column({ type: 'text' })
  body!: string;

  @Column({ type: 'int', default: 0 })
  attempts!: number;

  /** Not before: the pause after a failed attempt, or the lease of a replica that is sending it. */
  @InstantColumn()
  notBefore!: Instant;

  @Column({ type: 'int', default: 0 })
  fence!: number;
}
