import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ABLATION_EXPERIMENTS } from '../src/experiments/ablation.js';
import { ExperimentContext, type ExperimentSettings } from '../src/experiments/context.js';
import type { ExperimentDefinition, SimulationWork } from '../src/experiments/definition.js';
import { estimateExperiment, type Estimate } from '../src/experiments/estimate.js';
import { EMBEDDED_VGG_POTENTIALS } from '../src/experiments/initial-potentials.js';
import { loadSubject, type Subject } from '../src/experiments/subject.js';
import { EMBEDDED_VGG } from '../src/experiments/subjects.js';
import { quickSettings } from './quick-settings.js';

describe('estimateExperiment', { timeout: 600_000 }, () => {
  let folder: string;
  let settings: ExperimentSettings;
  let subject: Subject;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'opi-estimate-'));
    settings = await quickSettings(folder, {
      timeSteps: [1, 4],
    });
    subject = await loadSubject(EMBEDDED_VGG, undefined, 32);
  });
  afterAll(() => rm(folder, { recursive: true }));

  const estimate = async (definition: ExperimentDefinition, images: number, more = {}): Promise<Estimate> => {
    const context = new ExperimentContext(definition, { ...settings, images, ...more }, subject);
    return estimateExperiment(definition, context).finally(() => context.close());
  };

  // The speeds are measured once for each network, so that these compare the sums, not two measurements.
  test('grows with images, steps and seeds, and knows errors of layers and calibrations', async () => {
    const without = { ...EMBEDDED_VGG_POTENTIALS, errorImages: 0 };
    const [few, many] = [await estimate(without, 100), await estimate(without, 400)];
    expect(many.processorSeconds).toBeGreaterThan(few.processorSeconds);
    expect(many.processorSeconds).toBeLessThanOrEqual(4 * few.processorSeconds);
    const longer = await estimate(without, 100, { timeSteps: [1, 16] });
    expect(longer.processorSeconds).toBeGreaterThan(few.processorSeconds);
    // Two of four potentials are random.
    const seeds = await estimate(without, 100, { seeds: [1, 2, 3] });
    expect(seeds.processorSeconds).toBeGreaterThan(few.processorSeconds);
    const errors = await estimate(EMBEDDED_VGG_POTENTIALS, 100);
    expect(errors.processorSeconds).toBeGreaterThan(few.processorSeconds);
    const [ablation] = ABLATION_EXPERIMENTS;
    const calibrated = await estimate(ablation!, 100);
    const uncalibrated = await estimate({ ...ablation!, calibrations: () => [] }, 100);
    expect(calibrated.processorSeconds).toBeGreaterThan(uncalibrated.processorSeconds);
    // What a definition says of its simulations counts, with what each costs.
    const said = (work: Partial<SimulationWork>): Promise<Estimate> =>
      estimate({ ...without, simulations: () => [{ steps: 64, ...work }] }, 100);
    const plain = await said({});
    expect((await said({ steps: 128 })).processorSeconds).toBeGreaterThan(plain.processorSeconds);
    expect((await said({ isEventDriven: true })).processorSeconds).toBeGreaterThan(plain.processorSeconds);
    const preparation = { kind: 'offset-spikes', timeSteps: 4 } as const;
    expect((await said({ preparation })).processorSeconds).toBeGreaterThan(plain.processorSeconds);
    // Nothing of it is kept: a run finds an empty store.
    expect(await settings.store.list()).toEqual([]);
  });
});
