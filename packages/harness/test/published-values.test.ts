import { describe, expect, test } from 'vitest';
import {
  findPublished,
  findPublishedFinding,
  parsePublishedValues,
  publishedMethods,
  publishedValues,
  type PublishedRow,
} from '../src/index.js';

const row: PublishedRow = {
  dataset: 'cifar-10',
  network: 'resnet20',
  method: 'opi',
  ann: 90,
  accuracy: { '8': 60, '16': 80 },
  confidence: 'recalled',
  source: 'a paper',
};
const values = (change: object = {}): unknown => ({
  unit: 'percent',
  confidence: { confirmed: 'read', recalled: 'not read' },
  findings: [{ id: 'claim', claim: 'A is better', confidence: 'confirmed', source: 'a paper' }],
  rows: [{ ...row, ...change }],
});

describe('publishedValues', () => {
  test('holds 77 rows and 6 findings, each with a source and a confidence', () => {
    const { rows, findings } = publishedValues();
    expect(rows).toHaveLength(77);
    expect(findings.map(({ id }) => id)).toEqual([
      'initial-potential-ranking',
      'best-constant',
      'gain-grows-at-small-t',
      'raises-other-methods',
      'deep-first-spikes-later',
      'beats-earlier-methods',
    ]);
    for (const { source, confidence } of [...rows, ...findings]) {
      expect(source).not.toBe('');
      expect(['confirmed', 'derived', 'recalled']).toContain(confidence);
    }
  });

  test('has one confirmed number of the paper: 93.38 % on CIFAR-10 at T = 16', () => {
    const opi = publishedValues().rows.filter(({ method }) => method === 'opi');
    expect(opi.length).toBeGreaterThan(0);
    const confirmed = opi.flatMap(({ dataset, network, method }) =>
      findPublished({ dataset, network, method }).filter(({ confidence }) => confidence === 'confirmed'),
    );
    expect(confirmed).toMatchObject([
      { dataset: 'cifar-10', network: 'vgg16', timeSteps: 16, accuracy: 93.38, ann: 94.57 },
    ]);
    expect(confirmed[0]!.note).toMatch(/confirmed by the abstract/u);
  });

  test('has rows of ImageNet: what the papers’ abstracts say is confirmed, the rest is recalled', () => {
    const query = { dataset: 'imagenet', network: 'vgg16' };
    expect(publishedMethods(query)).toEqual([
      'opi',
      'rmp',
      'tsc',
      'rts',
      'snnc-ap',
      'spike-norm',
      'hybrid',
      'tcl',
      'qcfs',
      'snm',
      'srp',
      'cos',
    ]);
    const rmp = findPublished({ ...query, method: 'rmp' });
    expect(rmp.map(({ timeSteps, accuracy, confidence }) => [timeSteps, accuracy, confidence])).toEqual([
      [256, 48.32, 'recalled'],
      [512, 73.09, 'confirmed'],
    ]);
    expect(findPublished({ ...query, method: 'tcl' })).toMatchObject([
      { ann: null, confidence: 'confirmed' },
    ]);
  });

  test('keeps every accuracy of a row as a cell, at most one a T', () => {
    for (const { dataset, network, method } of publishedValues().rows) {
      const cells = findPublished({ dataset, network, method });
      const steps = cells.map(({ timeSteps }) => timeSteps);
      expect(new Set(steps).size).toBe(steps.length);
      expect([...steps].sort((a, b) => a - b)).toEqual(steps);
      const rows = publishedValues().rows.filter(
        (other) => other.dataset === dataset && other.network === network && other.method === method,
      );
      expect(new Set(steps)).toEqual(
        new Set(rows.flatMap(({ accuracy }) => Object.keys(accuracy).map(Number))),
      );
    }
  });
});

describe('findPublished', () => {
  test('takes a confirmed number before a recalled one, wherever it stands', () => {
    const recalled = { ...row, accuracy: { '8': 61, '32': 85 } };
    const confirmed = { ...row, accuracy: { '8': 60, '16': 80 }, confidence: 'confirmed' };
    const query = { dataset: 'cifar-10', network: 'resnet20', method: 'opi' };
    for (const rows of [
      [recalled, confirmed],
      [confirmed, recalled],
    ]) {
      const found = findPublished(query, parsePublishedValues({ ...(values() as object), rows }));
      expect(found.map(({ timeSteps, accuracy, confidence }) => [timeSteps, accuracy, confidence])).toEqual([
        [8, 60, 'confirmed'],
        [16, 80, 'confirmed'],
        [32, 85, 'recalled'],
      ]);
    }
  });

  test('finds nothing for another data set, network or method', () => {
    const parsed = parsePublishedValues(values());
    const query = { dataset: 'cifar-10', network: 'resnet20', method: 'opi' };
    for (const name of ['dataset', 'network', 'method']) {
      expect(findPublished({ ...query, [name]: 'other' }, parsed)).toEqual([]);
    }
  });
});

describe('findPublishedFinding', () => {
  test('refuses an unknown id and lists the known ones', () => {
    expect(() => findPublishedFinding('no', parsePublishedValues(values()))).toThrow(
      new RangeError('findPublishedFinding: id must be one of claim, got no.'),
    );
  });
});

describe('parsePublishedValues', () => {
  test.each([
    ['an accuracy above 100', { accuracy: { '8': 100.5 } }, /<=100[^]*rows\[0\]\.accuracy/u],
    ['an accuracy as text', { accuracy: { '8': '60' } }, /expected number/u],
    ['T = 0', { accuracy: { '0': 60 } }, /every key must be a number of time-steps/u],
    ['T in words', { accuracy: { eight: 60 } }, /every key must be a number of time-steps/u],
    ['an unknown confidence', { confidence: 'sure' }, /"confirmed"\|"derived"\|"recalled"/u],
    ['a row of this project', { confidence: 'ours' }, /"confirmed"\|"derived"\|"recalled"/u],
    ['no source', { source: '' }, /rows\[0\]\.source/u],
    ['a misspelt property', { acuracy: {} }, /Unrecognized key: "acuracy"/u],
    ['a confirmed cell with another number', { confirmed: { '8': 61 } }, /must repeat their accuracy/u],
    ['a confirmed cell that is not there', { confirmed: { '64': 60 } }, /must repeat their accuracy/u],
  ])('refuses %s', (_, change, message) => {
    expect(() => parsePublishedValues(values(change))).toThrow(message);
  });

  test.each([null, [], 'text', 3, {}])('refuses %j', (value) => {
    expect(() => parsePublishedValues(value)).toThrow(
      /^parsePublishedValues: value must be published values, got /u,
    );
  });

  test('reads keys such as __proto__ as data, and refuses them', () => {
    const hostile = JSON.parse('{"__proto__":{"rows":[]},"unit":"percent"}') as unknown;
    expect(() => parsePublishedValues(hostile)).toThrow(/value must be published values/u);
    expect(({} as { rows?: unknown }).rows).toBeUndefined();
  });
});
