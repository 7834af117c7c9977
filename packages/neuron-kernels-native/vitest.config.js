export { default } from '@opi-snn/vitest-config';
