/** How the learning rate moves over a run, as a fraction of its peak. */
export interface Schedule {
  /** `cosine`: ½ (1 + cos π p) over progress p; `one-cycle`: up linearly over the first 30 %, then cosine down; `constant`. */
  readonly kind: 'cosine' | 'one-cycle' | 'constant';
  /** Whether the rate changes every `epoch` (the published recipe) or every `step`. */
  readonly per: 'epoch' | 'step';
  /** Linear warm-up from 0 over so many epochs; 0 for none. */
  readonly warmUpEpochs: number;
}

/** Share of a one-cycle schedule that climbs. */
const ONE_CYCLE_CLIMB = 0.3;

/**
 * Learning rate at a moment of training.
 *
 *   cosine: η = η₀ · ½ (1 + cos(π p)),  p = (e − w) / (E − w) after w epochs of warm-up
 *
 * @param schedule shape of the curve
 * @param peak η₀, the highest rate, > 0
 * @param epochs E, length of the run
 * @param epoch  e, position in epochs; fractional inside an epoch, floored for `per: 'epoch'` (warm-up excepted)
 * @see Loshchilov & Hutter (2017), Eq. 5; Bu et al. (ICLR 2022), appendix A.1
 */
export function learningRate(schedule: Schedule, peak: number, epochs: number, epoch: number): number {
  const warmUp = Math.min(schedule.warmUpEpochs, epochs);
  if (epoch < warmUp) return (peak * epoch) / warmUp;
  const position = schedule.per === 'epoch' ? Math.floor(epoch) : epoch;
  const progress = epochs === warmUp ? 0 : Math.max(0, position - warmUp) / (epochs - warmUp);
  switch (schedule.kind) {
    case 'constant':
      return peak;
    case 'cosine':
      return peak * 0.5 * (1 + Math.cos(Math.PI * progress));
    case 'one-cycle':
      return progress < ONE_CYCLE_CLIMB
        ? (peak * progress) / ONE_CYCLE_CLIMB
        : peak * 0.5 * (1 + Math.cos((Math.PI * (progress - ONE_CYCLE_CLIMB)) / (1 - ONE_CYCLE_CLIMB)));
  }
}
