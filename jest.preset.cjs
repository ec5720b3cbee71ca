// The one Jest configuration. A package's jest.config.cjs is `module.exports = require('../../jest.preset.cjs')(__dirname)`.
const path = require('node:path');

const source = path.join(__dirname, 'packages');
const tools = path.join(__dirname, 'tools');

module.exports = (rootDir) => ({
  rootDir,
  displayName: path.relative(__dirname, rootDir),
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  transform: {
    '^.+\\.ts$': [
      'ts-jest',
      {
        diagnostics: false, // types are checked by the `typecheck` task
        tsconfig: {
          target: 'es2022',
          module: 'commonjs',
          moduleResolution: 'bundler',
          esModuleInterop: true,
          isolatedModules: true,
          sourceMap: true,
        },
      },
    ],
  },
  moduleNameMapper: {
    // Sources, not builds; subpaths too, or two copies of core would meet.
    '^@spark-perf/test-services$': `${tools}/test-services/src/index.ts`,
    '^@spark-perf/([^/]+)$': `${source}/$1/src/index.ts`,
    '^@spark-perf/([^/]+)/(.+)$': [`${source}/$1/src/$2.ts`, `${source}/$1/src/$2/index.ts`],
    '^(\\.{1,2}/.*)\\.js$': '$1',
  },
  modulePathIgnorePatterns: ['<rootDir>/dist'],
  // For what hangs, on a machine that is slow and busy; the soak run's counts take as long as they take.
  testTimeout: process.env.SPARK_SOAK === '1' ? 3_600_000 : 120_000,
});
