export { expectSameBits, type NumberArray } from './same-bits.js';
export {
  expectClose,
  TOLERANCES,
  type CloseOptions,
  type Tolerance,
  type ToleranceKind,
} from './tolerances.js';
export { extractExamples, readmeExamples, type ReadmeExample } from './readme-examples.js';
export { runExample, type RunExampleOptions } from './run-example.js';
export { temporaryFolder } from './temporary-folder.js';
export { testReadme } from './test-readme.js';
export { serviceProgram, type ServiceProgram } from './service-program.js';
export { freePort, startService, type Service } from './start-service.js';
