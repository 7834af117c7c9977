import { defineConfig } from 'vitest/config';

/** The project's test settings: files under test/, no shared state, and time for a machine that many tests share: a test that takes 6 s alone has taken over 60 s in CI. */
export default defineConfig({
  test: { include: ['test/**/*.test.ts'], testTimeout: 300_000, hookTimeout: 300_000 },
});
