import type { FindingVerdict, Measurement, Series } from '@opi-snn/harness';
import { count, percent } from './format.js';

/** The paper's anchor, the T of its abstract. */
const ANCHOR = 16;

/**
 * The result in two sentences: best and worst series at T = 16 (or the reported T nearest to it on a logarithmic
 * scale) beside the ANN, and how the paper's findings fared.
 *
 * @param measurement  of one experiment
 * @returns plain text
 */
export function headline(measurement: Measurement): string {
  return [accuracySentence(measurement), findingsSentence(measurement.findings)]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function accuracySentence({ timeSteps, series, ann, dataset }: Measurement): string {
  const distance = (t: number): number => Math.abs(Math.log2(t / ANCHOR));
  const t = [...timeSteps].sort((a, b) => distance(a) - distance(b))[0];
  if (t === undefined || series.length === 0) return '';
  const at = timeSteps.indexOf(t);
  const accuracy = (one: Series): number => one.accuracy[at]!.accuracy;
  const ranked = [...series].sort((a, b) => accuracy(b) - accuracy(a));
  const [best, worst] = [ranked[0]!, ranked.at(-1)!];
  const against = best === worst ? '' : `, ${worst.label} in ${percent(accuracy(worst), 1)} %`;
  const beside = ann === null ? '' : `; the ANN in ${percent(ann.accuracy, 1)} %`;
  return (
    `After T = ${t} steps the potential ${best.label} is right in ${percent(accuracy(best), 1)} % ` +
    `of ${count(dataset.images)} images${against}${beside}.`
  );
}

function findingsSentence(findings: readonly FindingVerdict[]): string {
  if (findings.length === 0) return '';
  const outcomes = ['supported', 'contradicted', 'not supported', 'not run'] as const;
  const parts = outcomes.flatMap((outcome) => {
    const n = findings.filter((finding) => finding.outcome === outcome).length;
    return n === 0 ? [] : [`${n} ${outcome}`];
  });
  const judged = findings.length === 1 ? 'the one finding' : `${findings.length} findings`;
  return `Of ${judged} of the paper: ${parts.join(', ')}.`;
}
