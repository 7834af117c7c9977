import { assertInitialPotential, type InitialPotential } from '@opi-snn/theory';
import type { ConversionProblem } from '../conversion-error.js';
import { HALF, ZERO } from './fraction.js';
import { NORMAL } from './normal.js';
import type { PerLayerPotential } from './per-layer.js';
import { UNIFORM } from './uniform.js';

/** How the membrane potential before the first step is chosen: one for all layers, or one per layer. Plain data. */
export type InitialPotentialRule = InitialPotential | PerLayerPotential;

/** The potentials that the paper compares, by name. */
export const INITIAL_POTENTIALS: Readonly<Record<'half' | 'zero' | 'uniform' | 'normal', InitialPotential>> =
  {
    half: HALF,
    zero: ZERO,
    uniform: UNIFORM,
    normal: NORMAL,
  };

/** The potential of each layer named, or everything that is wrong with the rule. */
export function initialPotentialsOf(
  rule: InitialPotentialRule,
  layers: readonly string[],
): {
  readonly potentials: ReadonlyMap<string, InitialPotential>;
  readonly problems: readonly ConversionProblem[];
} {
  const potentials = new Map<string, InitialPotential>();
  const problems: ConversionProblem[] = [];
  const remedy = 'Give a fraction, uniform, normal or fractions, in units of the threshold';
  const isPerLayer = rule.kind === 'per-layer';
  const shared = isPerLayer ? rule.otherwise : rule;
  if (shared !== undefined) {
    const message = potentialProblem(shared);
    if (message !== undefined) problems.push({ node: null, message, remedy });
  }
  const own = isPerLayer ? rule.layers : {};
  for (const name of layers) {
    const potential = Object.hasOwn(own, name) ? own[name] : shared;
    if (potential === undefined) {
      const message = 'no initial potential is given for this layer';
      problems.push({
        node: name,
        message,
        remedy: 'Name the layer, or give one for all others in otherwise',
      });
    } else potentials.set(name, potential);
  }
  for (const [name, potential] of Object.entries(own)) {
    const message = layers.includes(name)
      ? potentialProblem(potential)
      : `an initial potential is given for ${JSON.stringify(name)}, which is no activation`;
    const layer = layers.includes(name) ? name : null;
    const advice = layer === null ? `The activations are ${layers.join(', ')}` : remedy;
    if (message !== undefined) problems.push({ node: layer, message, remedy: advice });
  }
  return { potentials, problems };
}

function potentialProblem(potential: InitialPotential): string | undefined {
  try {
    assertInitialPotential(potential);
    return undefined;
  } catch (error) {
    return (error as Error).message.replace('assertInitialPotential', 'initialPotential').replace(/\.$/, '');
  }
}
