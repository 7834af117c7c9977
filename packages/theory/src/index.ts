export * from './initial-potential.js';
