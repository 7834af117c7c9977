import { config } from '@opi-snn/eslint-config';

export default config(import.meta.dirname);
