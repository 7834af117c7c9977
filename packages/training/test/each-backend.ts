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

/** Whether native TensorFlow can be loaded here. */
export const hasTensorflow: boolean = missing.get('tensorflow') === undefined;

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
