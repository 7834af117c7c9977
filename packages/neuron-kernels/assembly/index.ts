export { constantCurrent } from './current';
export { countByClass, countByNeuron } from './counts';
export { runLayer } from './layer';
export { listSpikes } from './lists';
export { roundCurrents, runInt16Layer } from './int16-layer';
