import { Field, Int, ObjectType } from 'type-graphql';
import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';
import { InstantColumn, JsonColumn, NullableText, type Instant } from './columns';
import { Node } from './node';
import { SourceKind } from './sync.enums';

@ObjectType({ description: 'Beyond these a plan is refused unless confirmed. Null: no limit of that kind.' })
export class RemovalLimits {
  @Field(() => Int, { simple: true, nullable: true, description: 'Number of removals of one kind.' })
  maxCount!: number | null;

  @Field(() => Int, {
    simple: true,
    nullable: true,
    description: 'Percent of what the source owns of one kind; not applied under 10 removals.',
  })
  maxPercent!: number | null;
}

@ObjectType({ implements: Node, description: 'A directory that people and groups are imported from.' })
@Entity('directory_source')
@Index('source_name', ['nameKey'], { unique: true })
export class DirectorySource extends Node {
  @PrimaryGeneratedColumn()
  id!: number;

  @Field({ simple: true, description: 'Name, unique whatever its case.' })
  @Column({ type: 'varchar', length: 255 })
  name!: string;

  @Column({ type: 'varchar', length: 255 })
  nameKey!: string;

  @Field(() => SourceKind, { simple: true, description: 'Kind of directory.' })
  @Column({ type: 'varchar', length: 32 })
  kind!: SourceKind;

  @Field({ simple: true, description: 'False: its schedule does not run.' })
  @Column({ type: 'boolean', default: true })
  enabled!: boolean;

  @Field(() => Int, { simple: true, description: 'The lower wins where two sources know one person.' })
  @Column({ type: 'int', default: 100 })
  priority!: number;

  @Field(() => String, { simple: true, nullable: true, description: 'Cron expression; null: only by hand.' })
  @NullableText(128)
  schedule!: string | null;

  @JsonColumn()
  settings!: Record<string, unknown>;

  @JsonColumn()
  mapping!: Record<string, string>;

  /** Encrypted (AES-256-GCM, `src/secrets.ts`); never leaves the server. */
  @Column({ type: 'text', nullable: true })
  secretsSealed!: string | null;

  @Field({ simple: true, description: "Makes a group of each department, beside the directory's own groups." })
  @Column({ type: 'boolean', default: false })
  groupsFromDepartment!: boolean;

  @Field({ simple: true, description: 'Members of groups inside a group are its members too.' })
  @Column({ type: 'boolean', default: true })
  followNestedGroups!: boolean;

  @JsonColumn()
  matchBy!: string[];

  @Field(() => Int, { simple: true, description: 'Days a vanished person or group is kept.' })
  @Column({ type: 'int', default: 30 })
  graceDays!: number;

  @Column({ type: 'int', nullable: true })
  maxRemovalCount!: number | null;

  @Column({ type: 'int', nullable: true, default: 20 })
  maxRemovalPercent!: number | null;

  /** Where the next incremental read starts: the connector's opaque text. Null: only a full read will do. */
  @Column({ type: 'text', nullable: true })
  cursor!: string | null;

  /** The last applied run; a plan made before another one was applied is stale. */
  @Column({ type: 'int', nullable: true })
  lastAppliedRunId!: number | null;

  /** When the directory was last read to its end. */
  @InstantColumn({ nullable: true })
  lastCompleteReadAt!: Instant | null;

  @Field(() => Int, { simple: true, description: 'Rises with any change of the settings.' })
  @Column({ type: 'int', default: 1 })
  version!: number;

  @InstantColumn()
  createdAt!: Instant;

  @InstantColumn()
  updatedAt!: Instant;
}
