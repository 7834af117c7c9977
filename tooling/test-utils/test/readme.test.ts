import { testReadme } from '../src/index.js';

testReadme(import.meta.dirname + '/..');
