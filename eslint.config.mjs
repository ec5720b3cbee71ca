import js from '@eslint/js';
import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';

const clockMessage = 'Take time from the injected Clock (core/src/clock.ts).';
const randomMessage = 'Take chance from the injected Random (core/src/random.ts).';

const timeAndChance = {
  'no-restricted-globals': [
    'error',
    { name: 'setTimeout', message: clockMessage },
    { name: 'setInterval', message: clockMessage },
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Date', property: 'now', message: clockMessage },
    { object: 'performance', property: 'now', message: clockMessage },
    { object: 'Math', property: 'random', message: randomMessage },
  ],
  'no-restricted-syntax': [
    'error',
    { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: clockMessage },
    { selector: 'ExportAllDeclaration', message: 'The public contract is written out: no `export *`.' },
  ],
  'no-restricted-imports': [
    'error',
    {
      paths: [
        { name: 'node:timers', message: clockMessage },
        { name: 'node:timers/promises', message: clockMessage },
      ],
    },
  ],
};

export default defineConfig(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '**/generated/**',
      '**/coverage/**',
      '**/.cache/**',
      '**/*.test-d.ts',
      'tools/new-package/template/**',
    ],
  },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off', // an async function is how a contract turns throws into rejections
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/prefer-promise-reject-errors': 'off', // reasons of others pass unchanged
      '@typescript-eslint/no-unnecessary-type-assertion': 'off', // also strikes assertions that say a receiver's type
      '@typescript-eslint/no-base-to-string': 'off',
      '@typescript-eslint/restrict-template-expressions': 'off',
      eqeqeq: ['error', 'always'],
    },
  },
  {
    files: ['packages/*/src/**/*.ts', 'apps/demo/src/**/*.ts'],
    ignores: ['packages/core/src/clock.ts', 'packages/core/src/random.ts'],
    rules: timeAndChance,
  },
  {
    files: ['packages/*/src/**/*.ts', 'apps/*/src/**/*.ts'],
    rules: { 'max-lines': ['error', { max: 250 }] },
  },
  {
    files: ['**/test/**/*.ts'],
    rules: {
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: Object.fromEntries(
        [
          'process',
          'console',
          'Buffer',
          'URL',
          'URLSearchParams',
          'setTimeout',
          'clearTimeout',
          'setInterval',
          'clearInterval',
          'setImmediate',
          'performance',
          'fetch',
          'AbortController',
          'AbortSignal',
          'module',
          'require',
          '__dirname',
          '__filename',
          'exports',
          'structuredClone',
          'queueMicrotask',
          'globalThis',
          'global',
          'TextEncoder',
          'TextDecoder',
          'gc',
          'crypto',
          'WebSocket',
          'EventSource',
          'document',
          'window',
          'location',
        ].map((name) => [name, 'readonly']),
      ),
    },
  },
);
