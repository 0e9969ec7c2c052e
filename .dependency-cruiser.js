/** The layer rules of the README's tree: arrows run sync → src → schema. */
const rule = (name, from, to, comment) => ({ name, severity: 'error', comment, from, to });

module.exports = {
  forbidden: [
    rule('no-cycles', { path: '^(src|sync)' }, { circular: true }, 'Nothing may import itself by a detour.'),
    rule(
      'schema-is-the-ground',
      { path: '^schema' },
      { path: '^(src|sync|test|bench|web)' },
      'What things are knows nothing of what is done with them.',
    ),
    rule(
      'src-knows-no-sync',
      { path: '^src', pathNot: '^src/(main|cli|start)(\\.ts|/)' },
      { path: '^(sync|test|bench|web)' },
      'Server and worker meet in tables; only the entry points compose both.',
    ),
    rule(
      'services-know-no-graphql',
      { path: '\\.service\\.ts$' },
      {
        path: ['^src/context\\.ts$', '\\.resolver\\.ts$', 'node_modules/(graphql|type-graphql|@apollo)/'],
        dependencyTypesNot: ['type-only'],
      },
      'Services are called by requests, syncs, commands and tests alike.',
    ),
    rule(
      'resolvers-are-thin',
      { path: '\\.resolver\\.ts$' },
      { path: 'node_modules/typeorm/' },
      'Resolvers check permission and call.',
    ),
    rule(
      'sync-knows-no-requests',
      { path: '^sync' },
      {
        path: [
          '\\.resolver\\.ts$',
          '^src/(context|server|graphql)\\.ts$',
          'node_modules/(graphql|type-graphql|@apollo)/',
        ],
        dependencyTypesNot: ['type-only'],
      },
      'The worker runs without a server.',
    ),
    rule(
      'connectors-know-no-database',
      { path: '^sync/sources' },
      { path: ['^schema', '\\.service\\.ts$', 'node_modules/typeorm/', '^src/database'] },
      'A connector tells what a directory says.',
    ),
    rule(
      'plan-is-pure',
      {
        path: '^src/authorizations/(adjacency|authorization-(data|index)|bits|grants|membership-graph|name-order|people|rights|roster|user-set)[.]ts$',
      },
      { path: 'node_modules|^node:' },
      'The rules of rights have no I/O.',
    ),
    rule(
      'ldap-in-its-place',
      { path: '^(src|sync)', pathNot: '^sync/sources' },
      { path: 'node_modules/ldapts/' },
      'Only connectors speak LDAP.',
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['require', 'node', 'default', 'types'] },
  },
};
