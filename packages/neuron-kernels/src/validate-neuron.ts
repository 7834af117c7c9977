import { sizeOf, type Shape } from './geometry.js';
import { must, valuesProblems } from './plan-problem.js';
import type { PlanNeuron } from './plan.js';

const MEMBERS_LIMIT = 255;

/** Everything wrong with the neurons of a layer of this shape. */
export function neuronProblems({ theta, reset, emission, amplitude }: PlanNeuron, shape: Shape): string[] {
  const neurons = sizeOf(shape);
  const problems = valuesProblems('theta', theta, theta.length === neurons ? neurons : shape[2]);
  const wrong = theta.findIndex((value) => value <= 0);
  if (wrong >= 0) problems.push(must(`theta[${wrong}]`, 'be > 0', theta[wrong]));
  const known: readonly string[] = ['subtraction', 'zero'];
  if (!known.includes(reset)) problems.push(must('reset', "be 'subtraction' or 'zero'", reset));
  if (amplitude) problems.push(...valuesProblems('amplitude', amplitude, neurons));
  if (emission === undefined) return problems;
  const kinds: readonly string[] = ['signed', 'group'];
  if (!kinds.includes(emission.kind)) {
    problems.push(must('emission.kind', "be 'signed' or 'group'", emission.kind));
  }
  if (reset === 'zero') problems.push(must('reset', `be 'subtraction' for ${emission.kind} spikes`, reset));
  if (emission.kind !== 'group') return problems;
  const { members } = emission;
  if (Number.isSafeInteger(members) && members >= 1 && members <= MEMBERS_LIMIT) return problems;
  return [...problems, must('emission.members', `be an integer in [1, ${MEMBERS_LIMIT}]`, members)];
}
