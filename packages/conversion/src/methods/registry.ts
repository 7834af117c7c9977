import { COS } from './cos.js';
import { CRPI } from './crpi.js';
import { GROUP_NEURONS } from './group-neurons.js';
import { HYBRID } from './hybrid.js';
import { LOCAL_BALANCING } from './local-balancing.js';
import { MAX_NORM } from './max-norm.js';
import { OPI } from './opi.js';
import { QCFS } from './qcfs.js';
import { RMP } from './rmp.js';
import { RNL } from './rnl.js';
import { ROBUST_NORM } from './robust-norm.js';
import { RTS } from './rts.js';
import { SLIP_RELU } from './slip-relu.js';
import { SNM } from './snm.js';
import { SRP } from './srp.js';
import { SNN_CALIBRATION_ADVANCED } from './snnc-ap.js';
import { SNN_CALIBRATION_LIGHT } from './snnc-lp.js';
import { SPIKE_NORM } from './spike-norm.js';
import { TCL } from './tcl.js';
import { TSC } from './tsc.js';
import type { ConversionMethod } from './method.js';

/** Names of the published methods that exist here. */
export type MethodName =
  | 'opi'
  | 'tcl'
  | 'max-norm'
  | 'robust-norm'
  | 'rts'
  | 'spike-norm'
  | 'rmp'
  | 'hybrid'
  | 'rnl'
  | 'qcfs'
  | 'slip-relu'
  | 'snnc-lp'
  | 'snnc-ap'
  | 'local-balancing'
  | 'snm'
  | 'group-neurons'
  | 'srp'
  | 'cos'
  | 'crpi'
  | 'tsc';

/** The published methods by name. A new method is a file in this folder and a line here. */
export const METHODS: Readonly<Record<MethodName, ConversionMethod>> = {
  opi: OPI,
  tcl: TCL,
  'max-norm': MAX_NORM,
  'robust-norm': ROBUST_NORM,
  rts: RTS,
  'spike-norm': SPIKE_NORM,
  rmp: RMP,
  hybrid: HYBRID,
  rnl: RNL,
  qcfs: QCFS,
  'slip-relu': SLIP_RELU,
  'snnc-lp': SNN_CALIBRATION_LIGHT,
  'snnc-ap': SNN_CALIBRATION_ADVANCED,
  'local-balancing': LOCAL_BALANCING,
  snm: SNM,
  'group-neurons': GROUP_NEURONS,
  srp: SRP,
  cos: COS,
  crpi: CRPI,
  tsc: TSC,
};
