/** Training cannot start or go on; the message says why and what to do. The last good checkpoint is kept. */
export class TrainingError extends Error {
  override readonly name = 'TrainingError';
}
