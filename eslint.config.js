import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import tseslint from 'typescript-eslint';
import svelteConfig from './svelte.config.js';

/** Code without effects: it runs in a worker, in Node and in a test alike. */
const PURE = [
  'files',
  'schema',
  'settings',
  'tasks',
  'trajectories',
  'model',
  'training',
  'theory',
  'studies',
  'figures',
  'lesson',
];

/** The product's folders below src/, and the workers. */
const FOLDERS = [
  ...[...PURE, 'engine', 'bench', 'runtime', 'storage', 'offline'],
  ...['views', 'cli', 'workers'],
];

/** Each library that has an effect, and the only folders that may know it. */
const OWNERS = [
  { packages: ['svelte', 'bits-ui', 'uplot', 'svelte-spa-router'], folders: ['views'] },
  { packages: ['idb'], folders: ['storage'] },
  { packages: ['@tensorflow'], folders: ['engine', 'bench'] },
  { packages: ['comlink'], folders: ['runtime'] },
  { packages: ['workbox-[a-z]+'], folders: ['offline'] },
  { packages: ['bullmq', 'ioredis', 'pg', '@electric-sql'], folders: ['cli'] },
];

/** Files for Node alone; elsewhere its modules do not exist. */
const NODE_FILES = ['src/cli/**', 'src/**/*-node.ts'];

/** Pure code that every folder may import. */
const SHARED = [
  'src/elementary.ts',
  'src/random.ts',
  'src/registry.ts',
  'src/errors.ts',
  'src/words/**/*.ts',
  'src/palette.ts',
  'src/rounding.ts',
];

/** What each browser computes in its own way, to the last bit. */
const INEXACT_MATH = [
  ...['acos', 'acosh', 'asin', 'asinh', 'atan', 'atan2', 'atanh', 'cbrt', 'cos', 'cosh', 'exp'],
  ...['expm1', 'hypot', 'log', 'log10', 'log1p', 'log2', 'pow', 'sin', 'sinh', 'tan', 'tanh'],
];
const EXACT_MESSAGE = 'Its last bits differ between browsers: use src/elementary.ts.';

/** Powers of two are exact everywhere; other powers are not. */
const INEXACT_POWERS = [
  "BinaryExpression[operator='**']:not([left.value=2])",
  "AssignmentExpression[operator='**=']",
].map((selector) => ({ selector, message: EXACT_MESSAGE }));

const NATIVE_ERRORS = {
  selector: 'ThrowStatement > NewExpression[callee.name=/^(Error|RangeError|TypeError)$/]',
  message: 'An error is a LabError with a code and facts: see CONTRIBUTING.md.',
};

/** @param {string} folder */
function filesOf(folder) {
  const place = folder === 'workers' ? folder : `src/${folder}`;
  const files = [`${place}/**/*.{ts,js,svelte}`];
  return folder === 'model' ? [...files, ...SHARED] : files;
}

/** @param {string} folder */
function foreignPackages(folder) {
  return OWNERS.filter(({ folders }) => !folders.includes(folder)).map(({ packages, folders }) => ({
    regex: `^(${packages.join('|')})(/|$)`,
    message: `Only ${folders.join(', ')} may import it: see CONTRIBUTING.md.`,
  }));
}

const NODE_MODULES = {
  regex: '^node:',
  message: 'Only the terminal and files named *-node.ts run in Node alone.',
};

/** What a browser or Node has and the other lacks; clocks too, on which no result may depend. */
const SHARED_GLOBALS = globals['shared-node-browser'];
const IMPURE_GLOBALS = new Set([
  ...Object.keys({ ...globals.browser, ...globals.node }).filter((n) => !(n in SHARED_GLOBALS)),
  ...['navigator', 'localStorage', 'sessionStorage', 'indexedDB', 'crypto', 'fetch', 'console'],
  ...['performance', 'setTimeout', 'setInterval', 'Date'],
]);

/** @type {import('eslint').Linter.Config[]} */
const libraryBoundaries = FOLDERS.map((folder) => ({
  files: filesOf(folder),
  ignores: NODE_FILES,
  rules: {
    'no-restricted-imports': ['error', { patterns: [...foreignPackages(folder), NODE_MODULES] }],
  },
}));

/** @type {import('eslint').Linter.Config[]} */
const nodeBoundaries = ['cli', 'engine', 'bench', 'runtime'].map((folder) => ({
  files: folder === 'cli' ? filesOf(folder) : [`src/${folder}/**/*-node.ts`],
  rules: { 'no-restricted-imports': ['error', { patterns: foreignPackages(folder) }] },
}));

export default defineConfig(
  globalIgnores(['dist', 'build', 'node_modules', 'test-results', 'src/engine/wasm/assembly']),
  js.configs.recommended,
  tseslint.configs.recommendedTypeChecked,
  svelte.configs.recommended,
  {
    languageOptions: {
      globals: { ...globals.browser, ...globals.node },
      parserOptions: {
        projectService: { allowDefaultProject: ['.dependency-cruiser.cjs'] },
        tsconfigRootDir: import.meta.dirname,
        // The same for all files: where it differs, the whole project is loaded again for each.
        extraFileExtensions: ['.svelte'],
      },
    },
    rules: {
      // TypeScript checks names itself.
      'no-undef': 'off',
      eqeqeq: 'error',
      // A type that is read off a schema gets its name by extending it.
      '@typescript-eslint/no-empty-object-type': [
        'error',
        { allowInterfaces: 'with-single-extends' },
      ],
      // An async method without await still turns what it throws into a rejection.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': [
        'error',
        { ignoreRestSiblings: true, argsIgnorePattern: '^_' },
      ],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: {
      parserOptions: { parser: tseslint.parser, svelteConfig },
    },
    rules: {
      // Types that come through a component are unknown here; svelte-check knows and checks them.
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['src/**/*.{ts,svelte}', 'workers/**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 400, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Every draw comes from a seed: random.ts.' },
        ...['randomUUID', 'subtle'].map((property) => ({
          object: 'crypto',
          property,
          message: 'Absent at plain HTTP: ids come from the library uuid.',
        })),
        ...INEXACT_MATH.map((property) => ({ object: 'Math', property, message: EXACT_MESSAGE })),
      ],
      'no-restricted-syntax': ['error', ...INEXACT_POWERS, NATIVE_ERRORS],
    },
  },
  ...libraryBoundaries,
  ...nodeBoundaries,
  {
    files: PURE.flatMap(filesOf),
    rules: {
      'no-restricted-globals': [
        'error',
        ...[...IMPURE_GLOBALS].map((name) => ({
          name,
          message: 'Pure code has no page, device or clock.',
        })),
      ],
    },
  },
  {
    files: ['src/!(engine|bench)/**', 'workers/**'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...INEXACT_POWERS,
        NATIVE_ERRORS,
        {
          selector: "MemberExpression[object.name='navigator'][property.name='gpu']",
          message: 'Only src/engine and src/bench know WebGPU.',
        },
      ],
    },
  },
  {
    files: ['tests/**', 'drills/**', 'scripts/**'],
    rules: {
      // Tests damage data on purpose, replace methods, and call into pages; scripts read JSON.
      'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }],
      '@typescript-eslint/unbound-method': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
    },
  },
  {
    files: ['**/*.cjs'],
    rules: { '@typescript-eslint/no-require-imports': 'off' },
  },
);
