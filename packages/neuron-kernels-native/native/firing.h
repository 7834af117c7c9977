/* What the firing of a layer adds to its statistics. */
#ifndef OPI_FIRING_H
#define OPI_FIRING_H

#include <stdint.h>
#include <string.h>

/* Sums over the neurons of a layer. */
struct firing {
  uint64_t steps_since_first; /* Σ over steps of the neurons that have fired so far */
  uint64_t fired;             /* neurons that have fired at the end */
};

/* Adds what some blocks did to the statistics of a layer; how many have fired begins anew with block 0. */
static void add_firing(uint8_t *m, uint32_t statistics, uint32_t first_block, const struct firing *firing) {
  double sums[2];
  memcpy(sums, m + statistics, 16);
  sums[0] += (double)firing->steps_since_first;
  sums[1] = (first_block == 0 ? 0 : sums[1]) + (double)firing->fired;
  memcpy(m + statistics, sums, 16);
}

#endif
