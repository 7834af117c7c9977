import type { Measurement, Series } from '@opi-snn/harness';
import { findingGroups, type FindingGroup } from './finding-groups.js';
import { count, inPercent } from './number-format.js';
import { accuracyAt, nearestTimeSteps, optimalAndPlain, stepsToReachAnn } from './series-lookup.js';

/** The T of the paper's abstract. */
const ANCHOR = 16;

/**
 * A result in a few sentences, and how the findings fared. Where one method starts at θ/2 and at 0: how many steps the
 * network needs to reach its ANN, and its accuracy at T = 16 (or the reported T that is nearest), both beside the start
 * at 0. Where several methods or networks are compared: which is ahead at that T.
 *
 * @param measurement  of one experiment
 * @returns plain text
 */
export function headline(measurement: Measurement): string {
  const sentences = [
    ...(isAboutStarts(measurement)
      ? [latencySentence(measurement), accuracySentence(measurement)]
      : [leadSentence(measurement)]),
    ...findingGroups(measurement.findings).map(findingsSentence),
  ].filter((sentence) => sentence !== undefined);
  return sentences.length === 0 ? 'Nothing was run.' : sentences.join(' ');
}

function isAboutStarts({ series }: Measurement): boolean {
  const methods = new Set(series.map(({ method }) => method));
  return series.length < 2 || (methods.size === 1 && optimalAndPlain(series).plain !== undefined);
}

/** Which series is ahead of the others, and the ANN beside it. */
function leadSentence({ timeSteps, series, dataset, ann }: Measurement): string | undefined {
  const t = nearestTimeSteps(timeSteps, ANCHOR);
  if (t === undefined) return undefined;
  const at = (one: Series): number => accuracyAt(one, t)?.accuracy ?? -1;
  const { optimal } = optimalAndPlain(series);
  const [best, second] = series.toSorted((a, b) => at(b) - at(a));
  const images = `${count(dataset.images)} ${dataset.name} ${dataset.split} images`;
  const beside = ann === null ? '' : `; the ANN is on ${inPercent(ann.accuracy)}`;
  const [most, last] = [at(best!), Math.min(...series.map(at))];
  if (most === last)
    return `At T = ${t} all ${series.length} that are compared are right on ${inPercent(most)} of ${images}${beside}.`;
  const other = at(optimal!) === most ? second! : optimal!;
  return (
    `At T = ${t} “${best!.label}” is right most often, on ${inPercent(most)} of ${images}, ` +
    `“${other.label}” on ${inPercent(at(other))}${beside}.`
  );
}

function latencySentence(measurement: Measurement): string | undefined {
  const { network, ann, timeSteps, series } = measurement;
  const { optimal, plain } = optimalAndPlain(series);
  const last = timeSteps.at(-1);
  if (ann === null || optimal === undefined || last === undefined) return undefined;
  const steps = stepsToReachAnn(optimal, measurement);
  const goal = `within 1 percentage point of its ANN (${inPercent(ann.accuracy)})`;
  const main =
    steps === undefined
      ? `Started at ${optimal.label}, ${network.name} does not come ${goal} in T = ${last} time-steps`
      : `Started at ${optimal.label}, ${network.name} comes ${goal} after T = ${steps} time-steps`;
  if (plain === undefined) return `${main}.`;
  const plainSteps = stepsToReachAnn(plain, measurement);
  if (steps === undefined && plainSteps === undefined) return `${main}, nor does it from ${plain.label}.`;
  if (plainSteps === steps) return `${main}, as it does started at ${plain.label}.`;
  const beside = plainSteps === undefined ? `not within ${last}` : `after ${plainSteps}`;
  return `${main}; started at ${plain.label}, ${beside}.`;
}

function accuracySentence(measurement: Measurement): string | undefined {
  const { timeSteps, series, dataset } = measurement;
  const { optimal, plain } = optimalAndPlain(series);
  const t = nearestTimeSteps(timeSteps, ANCHOR);
  const point = t === undefined || optimal === undefined ? undefined : accuracyAt(optimal, t);
  if (t === undefined || optimal === undefined || point === undefined) return undefined;
  const other = plain === undefined ? undefined : accuracyAt(plain, t);
  const against = other === undefined ? '' : `, against ${inPercent(other.accuracy)} from ${plain!.label}`;
  const images = `${count(dataset.images)} ${dataset.name} ${dataset.split} images`;
  return (
    `At T = ${t} it is right on ${inPercent(point.accuracy)} of ${images} from ${optimal.label}${against}` +
    `${largestGain(measurement, t)}.`
  );
}

/** Where the optimal start is worth most, unless that is the T just told. */
function largestGain({ timeSteps, series }: Measurement, told: number): string {
  const { optimal, plain } = optimalAndPlain(series);
  if (optimal === undefined || plain === undefined) return '';
  const gains = timeSteps.flatMap((t) => {
    const [high, low] = [accuracyAt(optimal, t)?.accuracy, accuracyAt(plain, t)?.accuracy];
    return high === undefined || low === undefined ? [] : [{ t, high, low, gain: high - low }];
  });
  const [most] = gains.toSorted((a, b) => b.gain - a.gain || a.t - b.t);
  if (most === undefined || most.gain <= 0) return '';
  if (most.t === told) return ', the largest gain of all T';
  return `; the gain is largest at T = ${most.t}, ${inPercent(most.high)} against ${inPercent(most.low)}`;
}

function findingsSentence({ owner, findings }: FindingGroup): string {
  const outcomes = ['supported', 'contradicted', 'undecided', 'not run'] as const;
  const parts = outcomes.flatMap((outcome) => {
    const n = findings.filter((finding) => finding.outcome === outcome).length;
    return n === 0 ? [] : [`${n} ${outcome}`];
  });
  const [only] = findings.length === 1 ? findings : [];
  if (only !== undefined)
    return `The one finding ${owner} ${only.outcome === 'not run' ? 'was' : 'is'} ${only.outcome}.`;
  return `Of ${findings.length} findings ${owner}: ${parts.join(', ')}.`;
}
