import { testReadme } from '@opi-snn/test-utils';

testReadme(`${import.meta.dirname}/..`);
