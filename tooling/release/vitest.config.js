import shared from '@opi-snn/vitest-config';
import { mergeConfig } from 'vitest/config';

export default mergeConfig(shared, {
  // The source maps of @actions/workflow-parser name files that it does not have.
  logLevel: 'error',
  test: {
    include: ['test/**/*.test.js'],
    // This one imports JSON as bundlers do and Node does not.
    server: { deps: { inline: ['@actions/workflow-parser'] } },
  },
});
