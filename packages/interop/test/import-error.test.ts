import { describe, expect, it } from 'vitest';
import { ImportError } from '../src/import-error.js';

const problem = (node: string, remedy: string) => ({ node, message: 'it is wrong', remedy });

describe('ImportError', () => {
  it('says a remedy that several obstacles in a row share once, after them', () => {
    const problems = [problem('a', 'Mend it'), problem('b', 'Train again'), problem('c', 'Train again')];
    expect(new ImportError('importOnnx', 'net', problems).message).toBe(
      'importOnnx: net has 3 obstacles:\n  a: it is wrong. Mend it.\n  b: it is wrong.\n  c: it is wrong.\n  Train again.',
    );
  });

  it('lists the first forty, and says how many there are', () => {
    const problems = Array.from({ length: 50 }, (_, i) => problem(`n${i}`, 'Mend it'));
    const lines = new ImportError('importOnnx', 'net', problems).message.split('\n');
    expect(lines[0]).toBe('importOnnx: net has 50 obstacles, the first 40:');
    expect(lines.slice(-2)).toEqual(['  n39: it is wrong.', '  Mend it.']);
  });
});
