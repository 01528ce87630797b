/**
 * Which folder may import which. The folders follow the order in which the data flows; libraries
 * and globals are kept to their folders by eslint.config.js.
 */

/** Pure code: it runs in a worker, in Node and in a test alike. */
const PURE =
  '^src/((elementary|random|errors|sentences|registry|palette|rounding)\\.ts|(words|files|schema|settings|tasks|trajectories|model|training|theory|studies|figures|lesson)/)';
/** Code that belongs to one device. */
const DEVICES = '^src/engine/[^/]+/';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Types count too: files that need each other belong together or need a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'pure-core',
      comment: 'The core knows the engine by its interface only, and nothing at the rim.',
      severity: 'error',
      from: { path: PURE },
      to: { path: [DEVICES, '^src/(bench|runtime|storage|views|cli)/', '^workers/'] },
    },
    {
      name: 'schema-at-the-bottom',
      comment: 'Pieces of schemas and upgrades of stored formats know nobody who uses them.',
      severity: 'error',
      from: { path: '^src/schema/' },
      to: { path: '^src/', pathNot: '^src/(schema/|errors\\.ts|sentences\\.ts)' },
    },
    {
      name: 'files-at-the-bottom',
      comment: 'Formats of files mean nothing by themselves: who reads one knows what it holds.',
      severity: 'error',
      from: { path: '^src/files/' },
      to: { path: '^src/', pathNot: '^src/(files/|errors\\.ts)' },
    },
    {
      name: 'settings-stand-alone',
      comment:
        'The language of settings knows no configuration: whoever has one tells it the schema.',
      severity: 'error',
      from: { path: '^src/settings/' },
      to: { path: '^src/', pathNot: '^src/(settings/|errors\\.ts|sentences\\.ts)' },
    },
    {
      name: 'theory-stands-alone',
      comment: 'The theory is about numbers: it knows no task, model or training.',
      severity: 'error',
      from: { path: '^src/theory/' },
      to: {
        path: '^src/',
        pathNot: '^src/((theory|files|schema)/|(elementary|random|errors)\\.ts)',
      },
    },
    {
      name: 'engine-below-training',
      comment: 'An engine knows one transformer and its token objective, nothing of SFT or RL.',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: {
        path: '^src/',
        pathNot: '^src/((engine|model|schema)/|(elementary|random|errors)\\.ts)',
      },
    },
    {
      name: 'bench-above-engines',
      comment: 'The races compare engines; nothing that trains knows of them.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(bench|runtime/device|views|cli)/' },
      to: { path: '^src/bench/' },
    },
    {
      name: 'lesson-above-training',
      comment:
        'What the chapters compute is made of training and theory, which know nothing of it.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(lesson|words|runtime/lesson|views)/' },
      to: { path: '^src/lesson/' },
    },
    {
      name: 'storage-below-pages',
      severity: 'error',
      from: { path: '^src/storage/' },
      to: { path: ['^src/(views|cli|engine/[^/]+/)', '^workers/'] },
    },
    {
      name: 'offline-stands-alone',
      comment: 'The service worker is small, and knows files alone.',
      severity: 'error',
      from: { path: '^src/offline/' },
      to: { path: '^(src|workers)/', pathNot: '^src/offline/' },
    },
    {
      name: 'pages-and-terminal-on-top',
      comment: 'Nothing below imports a page or a command.',
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: '^src/(views|cli)/' },
      to: { path: '^src/(views|cli)/' },
    },
    {
      name: 'no-tests-in-the-product',
      severity: 'error',
      from: { path: '^(src|workers)/' },
      to: { path: '^(tests|scripts)/' },
    },
    {
      name: 'jax-js-in-the-terminal-alone',
      comment: 'jax-js is raced against, never shipped: no page or worker may reach it.',
      severity: 'error',
      from: { path: '^(workers|src/views)/' },
      to: { path: '^src/bench/jax-', reachable: true },
    },
    {
      name: 'queue-in-the-terminal-alone',
      comment: 'A database and its clients: the terminal loads them where a queue is asked for.',
      severity: 'error',
      from: { path: '^(src|workers)/', pathNot: '^src/cli/queue/' },
      to: { path: 'node_modules/(bullmq|ioredis|pg|@electric-sql)/' },
    },
    {
      name: 'queue-when-asked-for',
      comment: 'Commands without a queue start without its packages.',
      severity: 'error',
      from: { path: '^src/cli/[^/]+$' },
      to: {
        path: '^src/cli/queue/',
        pathNot: '^src/cli/queue/(address|queue-error)\\.ts$',
        dependencyTypesNot: ['dynamic-import', 'type-only'],
      },
    },
    {
      name: 'no-missing-modules',
      comment: 'A file imported by its address (?url) or as text (?raw) is the build’s to find.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '[?](url|raw)$' },
    },
    {
      name: 'no-undeclared-packages',
      comment:
        'The product may import what package.json lists under dependencies, and the terminal Dawn and jax-js where they are installed.',
      severity: 'error',
      from: { path: '^(src|workers)/' },
      to: {
        pathNot: 'node_modules/(webgpu|@jax-js/jax|core-js)/',
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
        dependencyTypesNot: ['type-only'],
      },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^src/engine/wasm/assembly/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['svelte', 'import', 'browser', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.svelte', '.svelte.ts', '.json'],
    },
  },
};
