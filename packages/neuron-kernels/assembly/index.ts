export { constantCurrent } from './current';
export { countByClass, countByNeuron } from './counts';
export { runInt16Layer, runLayer } from './layer';
export { listSpikes } from './lists';
export { roundCurrents } from './round-currents';
