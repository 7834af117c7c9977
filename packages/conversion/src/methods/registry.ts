import { MAX_NORM } from './max-norm.js';
import type { ConversionMethod } from './method.js';
import { OPI } from './opi.js';
import { ROBUST_NORM } from './robust-norm.js';
import { TCL } from './tcl.js';

/** Names of the published methods that exist here. */
export type MethodName = 'opi' | 'tcl' | 'max-norm' | 'robust-norm';

/** The published methods by name. A new method is a file in this folder and a line here. */
export const METHODS: Readonly<Record<MethodName, ConversionMethod>> = {
  opi: OPI,
  tcl: TCL,
  'max-norm': MAX_NORM,
  'robust-norm': ROBUST_NORM,
};
