import { beforeAll, describe } from 'vitest';
import { selectBackend, type BackendName, type SelectedBackend } from '../src/backend.js';

const NAMES: readonly BackendName[] = ['wasm', 'tensorflow'];

// Undefined where a backend works, else why not.
const missing = new Map<BackendName, string | undefined>();
for (const name of NAMES) {
  const problem = await selectBackend(name).then(
    () => undefined,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  missing.set(name, problem);
}

// Where it was just installed, a silent skip would hide that it does not load.
if (process.env['OPI_TEST_TENSORFLOW'] === 'required' && missing.get('tensorflow') !== undefined) {
  throw new Error(`native TensorFlow is required here: ${missing.get('tensorflow')!}`);
}

/**
 * Registers a suite once per backend. The wasm backend is always there; without native TensorFlow its suite is reported
 * as skipped with the reason.
 *
 * @param body registers the tests; `backend()` may be called inside tests
 */
export function describeOnEachBackend(
  title: string,
  body: (backend: () => SelectedBackend, name: BackendName) => void,
): void {
  for (const name of NAMES) {
    const problem = missing.get(name);
    if (problem !== undefined) {
      describe.skip(`${title} (${name} backend; skipped: ${problem})`, () => {
        body(() => {
          throw new Error('unreachable');
        }, name);
      });
      continue;
    }
    describe(`${title} (${name} backend)`, () => {
      let selected: SelectedBackend | undefined;
      beforeAll(async () => {
        selected = await selectBackend(name);
      });
      body(() => selected!, name);
    });
  }
}
