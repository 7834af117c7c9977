import { rateNormThreshold, type Network } from '@opi-snn/network';

/**
 * Where every activation ends, by node: the bound λ of clip and QCFS (mean over channels), the threshold v_th of Rate-Norm;
 * nothing for ReLU. These become the thresholds of the spiking network.
 *
 * @internal
 */
export function activationBounds({ description, tensors }: Network): Record<string, number> {
  const bounds: Record<string, number> = {};
  for (const { name, op } of description.nodes) {
    const values = tensors.get(`${name}/bound`)?.data;
    if (values !== undefined) bounds[name] = values.reduce((sum, value) => sum + value, 0) / values.length;
    else if (op === 'rate-norm') bounds[name] = rateNormThreshold(name, tensors);
  }
  return bounds;
}
