import { Field, ObjectType } from 'type-graphql';
import {
  Column,
  Entity,
  Index,
  JoinColumn,
  ManyToOne,
  PrimaryColumn,
  PrimaryGeneratedColumn,
  type Relation,
} from 'typeorm';
import { Node } from './node';
import { StaffUser } from './staff-user';

@ObjectType({ implements: Node, description: 'A dashboard; supervisors see those enabled for them.' })
@Entity('dashboard')
@Index('dashboard_by_name', ['nameKey', 'id'])
export class Dashboard extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Its name.' })
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  nameKey!: string;
}

/** A dashboard enabled for a staff user. */
@Entity('dashboard_access')
@Index('dashboard_access_by_staff', ['staffUserId'])
export class DashboardAccess {
  @PrimaryColumn({ type: 'int' })
  dashboardId!: number;

  @PrimaryColumn({ type: 'int' })
  staffUserId!: number;

  @ManyToOne(() => Dashboard, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'dashboardId', foreignKeyConstraintName: 'fk_dashboard_access_dashboard' })
  dashboard?: Relation<Dashboard>;

  @ManyToOne(() => StaffUser, { onDelete: 'CASCADE', onUpdate: 'NO ACTION' })
  @JoinColumn({ name: 'staffUserId', foreignKeyConstraintName: 'fk_dashboard_access_staff' })
  staffUser?: Relation<StaffUser>;
}
