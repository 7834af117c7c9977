/** Energy of one arithmetic operation [pJ]. */
export interface OperationEnergy {
  readonly add: number;
  readonly multiply: number;
}

/** Published energies of arithmetic operations, with their source. */
export interface EnergyTable {
  readonly name: string;
  readonly source: string;
  /** How the values came here. */
  readonly confidence: string;
  readonly float32: OperationEnergy;
  readonly int32: OperationEnergy;
  readonly int8: OperationEnergy;
}

/**
 * Rough energies in a 45 nm process at 0.9 V. Arithmetic alone: moving a weight or a potential from a memory costs
 * more (the same figure: 10 pJ for 64 bits from an 8 KiB cache, over 1 nJ from DRAM), for an ANN and an SNN alike.
 */
export const HOROWITZ_45_NM: EnergyTable = {
  name: 'Horowitz, 45 nm, 0.9 V',
  source:
    'M. Horowitz: Computing’s Energy Problem (and what we can do about it), ISSCC 2014, Figure 1.1.9, ' +
    'doi:10.1109/ISSCC.2014.6757323',
  confidence:
    'recalled; the float32 addition (0.9 pJ) and multiplication (3.7 pJ) are those that papers on SNNs quote',
  float32: { add: 0.9, multiply: 3.7 },
  int32: { add: 0.1, multiply: 3.1 },
  int8: { add: 0.03, multiply: 0.2 },
};
