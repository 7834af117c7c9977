import shared from '@opi-snn/vitest-config';
import { mergeConfig } from 'vitest/config';

export default mergeConfig(shared, { test: { include: ['test/**/*.test.js'] } });
