import { defineConfig } from 'vitest/config';

// Vite itself adds `import` or `require`; named here, a package that is required would give its modules.
const conditions = ['source', 'node', 'module', 'default'];

export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions } },
  test: {
    // A shared machine can hold a process or a browser up for longer than a test waits. What passes only at the second
    // attempt is named at the end of the run.
    retry: process.env.CI ? 1 : 0,
    reporters: ['default', './tools/closing-line-reporter.mjs'],
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['{src,test,web}/**/*.test.{ts,tsx}', 'bench/report/*.test.ts'],
          exclude: ['test/browser/**'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Most of these wait for processes and engines rather than for a core.
          maxWorkers: 3,
        },
      },
      {
        extends: true,
        test: {
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          maxWorkers: 1,
        },
      },
    ],
  },
});
