/* Integrate and fire in integers: int16-arithmetic.ts of neuron-kernels, 3. Potentials have 32 bits throughout. */
#ifndef OPI_INT16_FIRE_H
#define OPI_INT16_FIRE_H

#include "fire.h"

/* LANES 16-bit integers as 32-bit ones. */
INLINE ivec widen(const uint8_t *at) {
  typedef int16_t narrow __attribute__((vector_size(LANES * 2)));
  narrow v;
  memcpy(&v, at, sizeof v);
  return __builtin_convertvector(v, ivec);
}

INLINE ivec load_integers(const uint8_t *at) {
  ivec v;
  memcpy(&v, at, sizeof v);
  return v;
}

INLINE void store_integers(uint8_t *at, ivec v) { memcpy(at, &v, sizeof v); }

/* One step of LANES neurons, as integrate of vectors.h. */
INLINE uint32_t integrate_integers(ivec *v, ivec s, ivec theta, ivec keep) {
#if LANES == 16
  const __m512i u = (__m512i)(*v + s);
  const __mmask16 spikes = _mm512_cmpge_epi32_mask(u, (__m512i)theta);
  *v = (ivec)_mm512_mask_and_epi32(u, spikes, _mm512_sub_epi32(u, (__m512i)theta), (__m512i)keep);
  return spikes;
#else
  *v += s;
  const ivec fired = *v >= theta;
  *v -= fired & ((theta & keep) | (*v & ~keep));
  return sign_bits(fired);
#endif
}

/* Integrates and fires some cells of a block, whose currents are `apart` bytes from step to step. */
INLINE void fire_integers_with(const uint8_t *m, const struct place *p, int32_t block, const struct cell *cells, const int some,
                               uint32_t apart, struct firing *firing) {
  const uint32_t words = field(m, p->layer, LAYER_BLOCKS) * 2;
  const uint8_t *theta = m + word_at(m, p->layer + LAYER_THETA) + block * 64;
  const ivec keep = (ivec){0} + field(m, p->layer, LAYER_RESET_MASK);
  ivec v[CELLS][VECTORS], th[VECTORS];
  uint16_t seen[CELLS];
  uint64_t steps_since_first = 0;
  UNROLL for (int i = 0; i < VECTORS; i++) th[i] = load_integers(theta + i * sizeof(ivec));
  UNROLL for (int c = 0; c < some; c++) {
    memcpy(&seen[c], cells[c].seen, 2);
    UNROLL for (int i = 0; i < VECTORS; i++) v[c][i] = load_integers(cells[c].potentials + i * sizeof(ivec));
  }
  for (int32_t t = 0, steps = p->steps; t < steps; t++) {
    UNROLL for (int c = 0; c < some; c++) {
      uint16_t spikes = 0;
      UNROLL for (int i = 0; i < VECTORS; i++) {
        const ivec s = widen(cells[c].currents + t * apart + i * LANES * 2);
        spikes |= integrate_integers(&v[c][i], s, th[i], keep) << (i * LANES);
      }
      steps_since_first += send(cells[c].spikes + t * words, spikes, &seen[c]);
    }
  }
  firing->steps_since_first += steps_since_first;
  UNROLL for (int c = 0; c < some; c++) {
    UNROLL for (int i = 0; i < VECTORS; i++) store_integers(cells[c].potentials + i * sizeof(ivec), v[c][i]);
    memcpy(cells[c].seen, &seen[c], 2);
    firing->fired += __builtin_popcount(seen[c]);
  }
}

/* Fires one block of all places of a tile, whose currents begin `at` bytes from those of the first block. */
static void fire_integer_tile(uint8_t *m, struct place *p, const struct tile *tile, int32_t block, uint32_t at,
                              uint32_t apart, struct firing *firing) {
  struct cell cells[CELLS];
  for (int32_t i = 0; i < tile->some;) {
    const int some = tile->some - i >= CELLS ? CELLS : 1;
    for (int c = 0; c < some; c++) {
      go_to(m, p, tile, i++);
      cells[c] = cell_at(m, p, block, p->currents + at);
    }
    if (some == 1) fire_integers_with(m, p, block, cells, 1, apart, firing);
    else fire_integers_with(m, p, block, cells, CELLS, apart, firing);
  }
}

#endif
