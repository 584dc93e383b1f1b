// Which way imports point. A room's row names everything that its files may import from outside the room; tests, which put
// rooms together, are held to the general rules alone.

const npm = '^node_modules/';

/** @type {Record<string, {values?: string[], types?: string[], node?: boolean}>} */
const rooms = {
  'src/protocol': {},
  'src/session': { values: ['^src/protocol/'] },
  // Clocks and deadlines, for whoever waits for somebody else.
  'src/time': {},
  // Beside the event loop of whoever needs it.
  'src/threads': { node: true },
  'src/stores': { values: ['^src/(protocol|session|time|threads)/', npm], node: true },
  'src/server': {
    values: ['^src/(protocol|session|time|threads)/', npm],
    types: ['^src/stores/store[.]ts$'],
    node: true,
  },
  'src/verifier': { values: ['^src/(protocol|time)/'], node: true },
  'src/client': { types: ['^src/protocol/'] },
  'src/react': { values: ['^src/client/', '^node_modules/(@types/)?react/'], types: ['^src/protocol/'] },
  'src/cli': { values: ['^src/(protocol|session|stores|server|verifier)/', npm], node: true },
  web: { values: ['^src/(protocol|client|react)/', npm] },
};

const notPublished = '[.]test[.]tsx?$|[.]config[.]ts$';

const directions = Object.entries(rooms).flatMap(([room, { values = [], types = [], node = false }]) => {
  const from = { path: `^${room}/`, pathNot: notPublished };
  const outside = { pathNot: [`^${room}/`, ...values, ...types], dependencyTypesNot: node ? ['core'] : [] };
  return [
    { name: `${room} may not import this`, severity: 'error', from, to: outside },
    ...types.map((path) => ({
      name: `${room} may import only types from here`,
      severity: 'error',
      from,
      to: { path, dependencyTypesNot: ['type-only'] },
    })),
  ];
});

/** @param {string} name @param {object} from @param {object} to */
const forbid = (name, from, to) => ({ name, severity: 'error', from, to });

export default {
  forbidden: [
    ...directions,
    forbid(
      'every room has its row above',
      { path: '^src/', pathNot: Object.keys(rooms).map((room) => `^${room}/`) },
      {},
    ),
    forbid('no cycles', {}, { circular: true }),
    forbid('imports lead somewhere', {}, { couldNotResolve: true }),
    forbid('nobody imports a test', {}, { path: '[.]test[.]tsx?$' }),
    forbid(
      'what is published needs no development dependency',
      { path: '^src/', pathNot: [notPublished, '^src/react/'] },
      { dependencyTypes: ['npm-dev', 'npm-unknown', 'npm-no-pkg'], dependencyTypesNot: ['npm-peer'] },
    ),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // What the benchmark compares with is installed when it runs.
    exclude: { path: '^bench/(peers|node_modules)/' },
    tsPreCompilationDeps: 'specify',
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'types', 'node', 'default'],
    },
  },
};
