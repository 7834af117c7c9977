import { defineConfig } from 'vitest/config';

/** The project's test settings: files under test/, generous time for slow machines, no shared state. */
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000 },
});
