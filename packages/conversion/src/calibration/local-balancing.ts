import { runNetwork, type Network, type NetworkNode, type Tensor } from '@opi-snn/network';
import { isActivation } from '../activation-layer.js';
import type { GivenRule } from '../threshold-rules/given.js';
import type { CalibrationRun } from './calibration-run.js';

/** θ per channel by local updates, batch by batch. */
export interface LocalBalancingRule {
  readonly kind: 'local-balancing';
  /** Images in a batch, integer ≥ 1. */
  readonly batch: number;
  /** Updates, integer ≥ 1; the images are used again from the start when they run out. */
  readonly updates: number;
  /** η, step of an update, > 0. */
  readonly rate: number;
}

/** A clip needs a bound above 0; beside this one every activation counts as above. */
const FIRST_BOUND = 2 ** -20;

/**
 * Local threshold balancing: every activation is clipped at θ, and θ of each channel grows by what it cuts off.
 *
 *   θ ← θ + 2η · mean over images and places of (z − θ) · 1(z > θ),   from θ = 0
 *
 * This descends the squared error between ReLU(z) and clip(z, 0, θ), layer by layer without derivatives through the network;
 * the mean counts what is not cut off, so that θ grows ever more slowly. z is computed with the thresholds before the
 * update (in the authors' code, within one pass, the layers before have already been updated). A channel that no image
 * excites gets the largest θ of its layer (0 there: it would never fire).
 *
 * @param network ANN with batch norm folded
 * @param rule    batch, updates, rate
 * @param run     calibration images
 * @see Bu et al. (CVPR 2025), local threshold balancing
 */
export function balanceLocally(
  network: Network,
  rule: LocalBalancingRule,
  { images, count }: Pick<CalibrationRun, 'images' | 'count'>,
): GivenRule {
  const problems = Object.entries({ batch: rule.batch, updates: rule.updates })
    .filter(([, value]) => !Number.isInteger(value) || value < 1)
    .map(([name, value]) => `${name} must be an integer ≥ 1, got ${value}.`);
  if (!(rule.rate > 0)) problems.push(`rate must be > 0, got ${rule.rate}.`);
  if (problems.length > 0) throw new RangeError(`balanceLocally: ${problems.join(' ')}`);
  const layers = new Map<string, Float64Array>();
  const pixels = images.length / count;
  for (let update = 0; update < rule.updates; update++) {
    const first = (update * rule.batch) % count;
    const batch = images.subarray(first * pixels, Math.min(count, first + rule.batch) * pixels);
    raiseBounds(network, batch, layers, rule.rate);
  }
  const { batch, updates, rate } = rule;
  return {
    kind: 'given',
    origin: `local balancing, ${updates} updates of ${batch} images, rate ${rate}`,
    layers: Object.fromEntries([...layers].map(([name, bounds]) => [name, withoutZeros(bounds)])),
  };
}

/** A channel that is silent on all calibration images has no scale of its own: it gets the largest of its layer. */
function withoutZeros(bounds: Float64Array): number[] {
  const largest = bounds.reduce((most, bound) => Math.max(most, bound), 0);
  return Array.from(bounds, (bound) => (bound > 0 ? bound : largest));
}

function raiseBounds(
  network: Network,
  images: Float32Array,
  layers: Map<string, Float64Array>,
  rate: number,
): void {
  const nodes = network.description.nodes.filter(isActivation);
  const inputs = nodes.map((node) => node.inputs[0]);
  const { activations } = runNetwork(clippedNetwork(network, layers), images, { activations: inputs });
  nodes.forEach(({ name }, index) => {
    const { data, shape } = activations.get(inputs[index]!)!;
    const channels = shape.at(-1)!;
    const bounds = layers.get(name) ?? new Float64Array(channels);
    const excess = new Float64Array(channels);
    data.forEach((z, i) => (excess[i % channels]! += Math.max(0, z - bounds[i % channels]!)));
    const places = data.length / channels;
    layers.set(
      name,
      bounds.map((bound, c) => bound + (2 * rate * excess[c]!) / places),
    );
  });
}

/** The network with every activation clipped at its bounds so far; before the first update as it is. */
function clippedNetwork(
  { description, tensors }: Network,
  layers: ReadonlyMap<string, Float64Array>,
): Network {
  if (layers.size === 0) return { description, tensors };
  const clipped = new Map<string, Tensor>(tensors);
  const nodes = description.nodes.map((node): NetworkNode => {
    const bounds = layers.get(node.name);
    if (bounds === undefined) return node;
    const data = Float32Array.from(bounds, (bound) => Math.max(bound, FIRST_BOUND));
    clipped.set(`${node.name}/bound`, { shape: [data.length], data });
    return { op: 'clip', name: node.name, inputs: node.inputs as [string] };
  });
  return { description: { ...description, nodes }, tensors: clipped };
}
