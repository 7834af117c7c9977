import type { DataRow, FigureModel } from '../figure.js';
import type { Diagnosis } from './diagnosis.js';

/** Bins per θ of the histograms. */
const BINS_PER_THETA = 20;
const PANEL_WIDTH = 185;
const PANEL_HEIGHT = 110;
const COLUMNS = 3;

/**
 * A plot of every layer: how its activations and its rates are distributed around the threshold.
 *
 * @param diagnosis any
 * @returns small plots, three in a row
 */
export function layerPanels({ layers, defects }: Diagnosis): FigureModel {
  const data = layers.flatMap(({ layer, histogram }) =>
    (['ann', 'snn'] as const).flatMap((network) => binRows(layer, network, histogram[network])),
  );
  return {
    id: 'layers',
    title: 'Every layer: activations of the ANN and rates of the SNN',
    caption:
      'Share of the neurons and images (logarithmic) by activation in θ (line) and by rate (points); the dotted line is the threshold. ' +
      'Points on the line are a good conversion; the last bin holds everything from 1.45 θ on.',
    description: `Histograms of activation and rate of ${layers.length} layers. All values are in the data.`,
    data,
    spec: {
      columns: COLUMNS,
      concat: layers.map(({ layer }) =>
        panel(
          data.filter((row) => row['layer'] === layer),
          defects.some((defect) => defect.layer === layer) ? `✗ ${layer}` : layer,
        ),
      ),
    } as FigureModel['spec'],
  };
}

function binRows(layer: string, network: 'ann' | 'snn', counts: readonly number[]): DataRow[] {
  const total = counts.reduce((sum, n) => sum + n, 0);
  return counts.map((n, bin) => ({
    layer,
    network,
    from: bin / BINS_PER_THETA,
    share: n > 0 ? n / total : null,
  }));
}

function panel(values: readonly DataRow[], title: string): object {
  const x = {
    field: 'from',
    type: 'quantitative',
    scale: { domain: [0, 1.5] },
    axis: { values: [0, 0.5, 1, 1.5], grid: false },
    title: null,
  };
  const y = {
    field: 'share',
    type: 'quantitative',
    scale: { type: 'log', domain: [1e-6, 1] },
    axis: { values: [1e-6, 1e-4, 1e-2, 1], format: '~g' },
    title: null,
  };
  const of = (network: string): object => ({ values: values.filter((row) => row['network'] === network) });
  return {
    title: { text: title, anchor: 'middle', frame: 'group' },
    width: PANEL_WIDTH,
    height: PANEL_HEIGHT,
    layer: [
      {
        data: { values: [{ from: 1 }] },
        mark: { type: 'rule', strokeDash: [2, 4], color: 'var(--ink)' },
        encoding: { x },
      },
      {
        data: of('ann'),
        mark: { type: 'line', interpolate: 'step-after', strokeWidth: 1.5, color: 'var(--series-1)' },
        encoding: { x, y },
      },
      {
        data: of('snn'),
        mark: { type: 'point', filled: true, size: 22, opacity: 1, color: 'var(--series-2)' },
        encoding: { x, y },
      },
    ],
  };
}
