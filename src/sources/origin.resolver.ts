import { Ctx, FieldResolver, Resolver, Root } from 'type-graphql';
import { DirectorySource } from '../../schema/directory-source';
import { User } from '../../schema/user';
import type { Context } from '../context';
import { loadSource } from './source.nodes';

@Resolver(() => User)
export class UserSourceResolver {
  @FieldResolver(() => DirectorySource, {
    nullable: true,
    description: 'The directory that owns this person. For administrators.',
  })
  source(@Root() user: User, @Ctx() context: Context): Promise<DirectorySource | null> {
    return loadSource(context, context.viewer.isAdmin ? user.sourceId : null);
  }
}
