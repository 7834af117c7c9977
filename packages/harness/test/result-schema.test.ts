import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeFinding, parseResult, ResultError, sealResult, type ExperimentResult } from '../src/index.js';
import { ENVIRONMENT, MEASUREMENT } from './results.js';

const sealed: ExperimentResult = sealResult(MEASUREMENT, ENVIRONMENT);
const copy = (): Record<string, unknown> => JSON.parse(JSON.stringify(sealed)) as Record<string, unknown>;

/** All paths of an object or array, from the root down. */
function pathsOf(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.entries(value).flatMap(([key, item]) => pathsOf(item, [...path, key]))];
}

/** A copy with the value at a path replaced, or removed. */
function changed(path: readonly string[], replacement: unknown): unknown {
  const result = copy();
  let parent = result;
  for (const key of path.slice(0, -1)) parent = parent[key] as Record<string, unknown>;
  parent[path.at(-1)!] = replacement;
  return result;
}

describe('parseResult', () => {
  test('takes what sealResult made', () => {
    expect(parseResult(copy(), 'r.json')).toEqual(sealed);
  });

  test('takes a finding of this project, and none of unknown origin', () => {
    const claim = { id: 'claim', claim: 'A is never behind', source: 'here' };
    const withFinding = (confidence: string): unknown => {
      const judged = judgeFinding({ finding: { ...claim, confidence: 'ours' }, comparisons: [] });
      return changed(['measurement', 'findings'], [{ ...judged, confidence }]);
    };
    expect(() => parseResult(withFinding('ours'), 'r.json')).not.toThrow();
    expect(() => parseResult(withFinding('theirs'), 'r.json')).toThrow(ResultError);
  });

  test('refuses any part that is replaced by something of another kind', () => {
    const paths = pathsOf(copy()).filter((path) => path.length > 0);
    fc.assert(
      fc.property(fc.constantFrom(...paths), (path) => {
        expect(() => parseResult(changed(path, { surprise: [() => 1] }), 'r.json')).toThrow(ResultError);
      }),
    );
  });

  test('names the place of what is wrong', () => {
    expect(() => parseResult(changed(['measurement', 'series', '0', 'label'], 3), 'r.json')).toThrow(
      /^parseResult: r\.json must be an experiment result, got 1 problem:\n {2}measurement\.series\.0\.label: .*string.*\.\nRun the command that made it again/u,
    );
  });

  test.each([
    ['an accuracy above 1', ['measurement', 'ann', 'accuracy'], 1.01],
    ['half an image', ['measurement', 'dataset', 'images'], 1.5],
    ['an unknown outcome', ['measurement', 'firstSpikes', '0', 'firedFraction'], -1],
    ['another format', ['format'], 'opi-snn-artifact'],
    ['a later version', ['formatVersion'], 2],
    ['a misspelt property', ['measurement', 'remark'], []],
  ])('refuses %s', (_, path, value) => {
    expect(() => parseResult(changed(path, value), 'r.json')).toThrow(ResultError);
  });

  test.each([null, 7, 'text', [], { format: 'opi-snn-result' }])('refuses %j', (value) => {
    expect(() => parseResult(value, 'r.json')).toThrow(/^parseResult: r\.json must be an experiment result/u);
  });

  test('lists twelve problems and counts the rest', () => {
    const remarks = Array.from({ length: 40 }, () => 0);
    expect(() => parseResult(changed(['measurement', 'remarks'], remarks), 'r.json')).toThrow(
      /got 40 problems:(\n {2}measurement\.remarks\.\d+: .*){12}\n {2}… and 28 more\.\n/u,
    );
  });
});
