import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { Arg, buildSchema, Field, FieldResolver, ID, Int, ObjectType, Query, Resolver, Root } from 'type-graphql';
import {
  Column,
  DataSource,
  Entity,
  In,
  IsNull,
  JoinColumn,
  ManyToOne,
  OneToMany,
  PrimaryColumn,
  type Relation,
} from 'typeorm';

/** The peer: Apollo, type-graphql and TypeORM relations as most would write it, on the very same tables. */
@ObjectType()
@Entity('user')
class User {
  @Field(() => ID)
  @PrimaryColumn()
  id!: number;
  @Field()
  @Column()
  userId!: string;
  @Field()
  @Column()
  displayName!: string;
  @Column()
  displayNameKey!: string;
  @Field(() => String, { nullable: true })
  @Column({ type: 'varchar', nullable: true })
  email!: string | null;
  @Column()
  state!: string;
  @OneToMany(() => Membership, (membership) => membership.user)
  memberships!: Relation<Membership>[];
}

@ObjectType()
@Entity('user_group')
class Group {
  @Field(() => ID)
  @PrimaryColumn()
  id!: number;
  @Field()
  @Column()
  name!: string;
  @Column()
  nameKey!: string;
  @Column({ type: 'bigint', nullable: true })
  vanishedAt!: number | null;
}

@ObjectType()
@Entity('membership')
class Membership {
  @PrimaryColumn()
  groupId!: number;
  @PrimaryColumn()
  userId!: number;
  @Column()
  position!: number;
  @Field(() => User)
  @ManyToOne(() => User, (user) => user.memberships)
  @JoinColumn({ name: 'userId' })
  user!: Relation<User>;
  @Field(() => Group)
  @ManyToOne(() => Group)
  @JoinColumn({ name: 'groupId' })
  group!: Relation<Group>;
}

const source = new DataSource({
  type: 'mariadb',
  url: process.argv[2] ?? '',
  entities: [User, Group, Membership],
  poolSize: 10,
});

@Resolver(() => Group)
class GroupResolver {
  @Query(() => [Group])
  groups(@Arg('first', () => Int) first: number): Promise<Group[]> {
    return source
      .getRepository(Group)
      .find({ where: { vanishedAt: IsNull() }, order: { nameKey: 'ASC', id: 'ASC' }, take: first });
  }

  @FieldResolver(() => [Membership])
  members(@Root() group: Group, @Arg('first', () => Int) first: number): Promise<Membership[]> {
    return source.getRepository(Membership).find({
      where: { groupId: group.id },
      relations: { user: true },
      order: { position: 'ASC', userId: 'ASC' },
      take: first,
    });
  }
}

@Resolver(() => User)
class UserResolver {
  @Query(() => [User])
  users(@Arg('first', () => Int) first: number): Promise<User[]> {
    return source.getRepository(User).find({
      where: { state: In(['ACTIVE', 'DISABLED']) },
      order: { displayNameKey: 'ASC', id: 'ASC' },
      take: first,
    });
  }

  @Query(() => User, { nullable: true })
  user(@Arg('id', () => ID) id: string): Promise<User | null> {
    return source.getRepository(User).findOneBy({ id: Number(id) });
  }

  @FieldResolver(() => [Membership])
  memberships(@Root() user: User): Promise<Membership[]> {
    return source.getRepository(Membership).find({ where: { userId: user.id }, relations: { group: true } });
  }
}

async function main(): Promise<void> {
  await source.initialize();
  const schema = await buildSchema({ resolvers: [GroupResolver, UserResolver] });
  const { url } = await startStandaloneServer(new ApolloServer({ schema }), { listen: { port: 0, host: '127.0.0.1' } });
  process.stdout.write(`listening ${new URL(url).port}\n`);
}

void main();
