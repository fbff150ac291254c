import { defineConfig } from 'vitest/config';

/**
 * Four groups of tests, run apart because they need different things:
 *   unit      fast, no root, no processes
 *   property  fast-check against an oracle; no root
 *   kernel    root and nftables, each test in network namespaces of its own, one file at a time
 *   e2e       whole processes; one file at a time
 */
const group = (name: string, include: string[], options: object = {}) => ({
  test: { name, include, exclude: ['**/node_modules/**'], environment: 'node' as const, ...options },
});
const rooms = (pattern: string): string[] => [`packages/*/src/**/*.${pattern}`, `apps/*/src/**/*.${pattern}`, `apps/*/test/**/*.${pattern}`, `tools/**/*.${pattern}`];
/** How many times slower than usual this machine is: an emulated one is (tools/second-kernel). */
const slowness = Number(process.env['FIRSTHOP_SLOWNESS'] ?? 1);
const oneByOne = { fileParallelism: false, expect: { poll: { timeout: 1000 * slowness } }, testTimeout: 120_000 * slowness, hookTimeout: 120_000 * slowness };
/** Samples a hundred times as large. */
const propertyTimeout = process.env['FIRSTHOP_NIGHTLY'] === '1' ? 3_600_000 : 120_000;

export default defineConfig({
  test: {
    // What was made into JavaScript once is read by the second kernel's tests too, where making it takes a minute.
    fsModuleCache: true,
    projects: [
      { test: { ...group('unit', rooms('test.ts')).test, exclude: ['**/node_modules/**', '**/*.{property,kernel,e2e}.test.ts'] } },
      group('property', rooms('property.test.ts'), { testTimeout: propertyTimeout }),
      group('kernel', rooms('kernel.test.ts'), oneByOne),
      group('e2e', rooms('e2e.test.ts'), oneByOne),
    ],
  },
});
