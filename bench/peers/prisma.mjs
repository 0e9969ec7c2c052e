import SchemaBuilder from '@pothos/core';
import PrismaPlugin from '@pothos/plugin-prisma';
import { PrismaMariaDb } from '@prisma/adapter-mariadb';
import { createYoga } from 'graphql-yoga';
import { createServer } from 'node:http';
import generated from './generated/client/index.js';
import { getDatamodel } from './generated/pothos.mts';

/**
 * The peer: Prisma with its adapter for MariaDB, Pothos with its Prisma plugin (which makes one query of a selection and
 * its relations), Yoga on node:http.
 */
const { PrismaClient } = generated;
const url = new URL(process.argv[2]);
const adapter = new PrismaMariaDb({
  host: url.hostname,
  port: Number(url.port),
  user: url.username,
  password: url.password,
  database: url.pathname.slice(1),
  connectionLimit: 10,
});
const prisma = new PrismaClient({ adapter });
const builder = new SchemaBuilder({ plugins: [PrismaPlugin], prisma: { client: prisma, dmmf: getDatamodel() } });

builder.prismaObject('User', {
  fields: (t) => ({
    id: t.exposeID('id'),
    userId: t.exposeString('userId'),
    displayName: t.exposeString('displayName'),
    email: t.exposeString('email', { nullable: true }),
    memberships: t.relation('memberships', { query: { orderBy: [{ group: { nameKey: 'asc' } }, { groupId: 'asc' }] } }),
  }),
});
builder.prismaObject('Group', {
  fields: (t) => ({
    id: t.exposeID('id'),
    name: t.exposeString('name'),
    members: t.relation('members', {
      args: { first: t.arg.int({ required: true }) },
      query: ({ first }) => ({ take: first, orderBy: [{ position: 'asc' }, { userId: 'asc' }] }),
    }),
  }),
});
builder.prismaObject('Membership', {
  fields: (t) => ({ user: t.relation('user'), group: t.relation('group') }),
});
builder.queryType({
  fields: (t) => ({
    groups: t.prismaField({
      type: ['Group'],
      args: { first: t.arg.int({ required: true }) },
      resolve: (query, _root, { first }) =>
        prisma.group.findMany({
          ...query,
          where: { vanishedAt: null },
          orderBy: [{ nameKey: 'asc' }, { id: 'asc' }],
          take: first,
        }),
    }),
    users: t.prismaField({
      type: ['User'],
      args: { first: t.arg.int({ required: true }) },
      resolve: (query, _root, { first }) =>
        prisma.user.findMany({
          ...query,
          where: { state: { in: ['ACTIVE', 'DISABLED'] } },
          orderBy: [{ displayNameKey: 'asc' }, { id: 'asc' }],
          take: first,
        }),
    }),
    user: t.prismaField({
      type: 'User',
      nullable: true,
      args: { id: t.arg.id({ required: true }) },
      resolve: (query, _root, { id }) => prisma.user.findUnique({ ...query, where: { id: Number(id) } }),
    }),
  }),
});

const server = createServer(createYoga({ schema: builder.toSchema(), graphiql: false, logging: 'warn' }));
server.listen(0, '127.0.0.1', () => process.stdout.write(`listening ${server.address().port}\n`));
