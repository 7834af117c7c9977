/* Integrate and fire: float-order.ts of neuron-kernels, 3; in integers int16-arithmetic.ts, 3, with 32 bits throughout. */
#ifndef OPI_FIRE_H
#define OPI_FIRE_H

#include "firing.h"
#include "tile.h"

/* Scales of an identity for one block, and the word of spikes that it reads at the first step. */
struct identity {
  vec scale[VECTORS];
  const uint8_t *word;
  uint32_t stride;
};

static struct identity identity_at(const uint8_t *m, const struct place *p, uint32_t synapse, int32_t block) {
  struct identity identity;
  const uint8_t *rows = m + word_at(m, synapse + SYNAPSE_WEIGHTS) + block * field(m, synapse, SYNAPSE_BLOCK_STRIDE);
  float scale[16];
  /* The row of all four spikes has every scale. */
  for (int i = 0; i < 4; i++) memcpy(scale + 4 * i, rows + i * 256 + 15 * 16, 16);
  memcpy(identity.scale, scale, sizeof scale);
  identity.stride = word_at(m, synapse + SYNAPSE_STEP_STRIDE);
  identity.word = m + word_at(m, synapse + SYNAPSE_SOURCE) + p->index * field(m, synapse, SYNAPSE_PLACE_STRIDE) +
                  block * field(m, synapse, SYNAPSE_SOURCE_BLOCK_STRIDE) + p->first * identity.stride;
  return identity;
}

/* Scales where the bits of `mask` that belong to vector `i` are set, −0 elsewhere. */
INLINE vec selected(vec scale, uint16_t mask, int i) {
  ivec bits;
  UNROLL for (int lane = 0; lane < LANES; lane++) bits[lane] = 1 << (i * LANES + lane);
  const ivec chosen = (((ivec){0} + (int32_t)mask) & bits) == bits;
  return (vec)((chosen & (ivec)scale) | (~chosen & ((ivec){0} + INT32_MIN)));
}

/* 16 neurons of one place: what they hold, send and have sent, and what flows in at the first step. */
struct cell {
  uint8_t *potentials, *spikes, *seen;
  const uint8_t *currents;
};

INLINE struct cell cell_at(uint8_t *m, const struct place *p, int32_t block, const uint8_t *currents) {
  const int32_t blocks = field(m, p->layer, LAYER_BLOCKS), word = p->index * blocks + block;
  const int32_t step = p->index * field(m, p->layer, LAYER_CAPACITY) + p->first;
  return (struct cell){
      .potentials = m + word_at(m, p->layer + LAYER_POTENTIALS) + word * 64,
      .spikes = m + word_at(m, p->layer + LAYER_SPIKES) + (step * blocks + block) * 2,
      .seen = m + word_at(m, p->layer + LAYER_SEEN) + word * 2,
      .currents = currents,
  };
}

/* Writes what a cell sends; returns how many of it have sent. */
INLINE uint32_t send(uint8_t *to, uint16_t spikes, uint16_t *seen) {
  memcpy(to, &spikes, 2);
  *seen |= spikes;
  return (uint32_t)__builtin_popcount(*seen);
}

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

/*
 * One step of LANES neurons of a cell, vector `i` of it: floats and an identity if there is one, or integers, whose bits are in
 * the lanes of floats. A bit for each that spikes.
 */
INLINE uint32_t step(vec *v, const uint8_t *currents, vec theta, ivec keep, int i, const struct identity *identity,
                     uint16_t mask, const int is_int16) {
  if (is_int16) {
    ivec u = (ivec)*v;
    const uint32_t spikes = integrate_integers(&u, widen(currents + i * LANES * 2), (ivec)theta, keep);
    *v = (vec)u;
    return spikes;
  }
  vec s = load(currents + i * sizeof(vec));
  if (identity) s += selected(identity->scale[i], mask, i);
  return integrate(v, s, theta, keep);
}

/*
 * Integrates and fires some cells of a block, whose currents are `apart` bytes from step to step; an identity, if there is one,
 * adds last, to one cell of floats.
 */
INLINE void fire_with(const uint8_t *m, const struct place *p, int32_t block, const struct cell *cells, const int some,
                      uint32_t apart, struct firing *firing, const struct identity *identity, const int is_int16) {
  const uint32_t words = field(m, p->layer, LAYER_BLOCKS) * 2;
  const uint8_t *theta = m + word_at(m, p->layer + LAYER_THETA) + block * 64;
  const ivec keep = (ivec){0} + field(m, p->layer, LAYER_RESET_MASK);
  vec v[CELLS][VECTORS], th[VECTORS];
  uint16_t seen[CELLS];
  uint64_t steps_since_first = 0;
  UNROLL for (int i = 0; i < VECTORS; i++) th[i] = load(theta + i * sizeof(vec));
  UNROLL for (int c = 0; c < some; c++) {
    memcpy(&seen[c], cells[c].seen, 2);
    UNROLL for (int i = 0; i < VECTORS; i++) v[c][i] = load(cells[c].potentials + i * sizeof(vec));
  }
  for (int32_t t = 0, steps = p->steps; t < steps; t++) {
    uint16_t mask = 0;
    if (identity) memcpy(&mask, identity->word + t * identity->stride, 2);
    UNROLL for (int c = 0; c < some; c++) {
      uint16_t spikes = 0;
      UNROLL for (int i = 0; i < VECTORS; i++)
        spikes |= step(&v[c][i], cells[c].currents + t * apart, th[i], keep, i, identity, mask, is_int16) << (i * LANES);
      steps_since_first += send(cells[c].spikes + t * words, spikes, &seen[c]);
    }
  }
  firing->steps_since_first += steps_since_first;
  UNROLL for (int c = 0; c < some; c++) {
    UNROLL for (int i = 0; i < VECTORS; i++) store(cells[c].potentials + i * sizeof(vec), v[c][i]);
    memcpy(cells[c].seen, &seen[c], 2);
    firing->fired += __builtin_popcount(seen[c]);
  }
}

/*
 * Fires one block of all places of a tile, whose currents begin `at` bytes from those of the first block and are `apart` bytes
 * from step to step; `identity`, if it is not 0, adds last.
 */
INLINE void fire_tile(uint8_t *m, struct place *p, const struct tile *tile, uint32_t identity, int32_t block, uint32_t at,
                      uint32_t apart, struct firing *firing, const int is_int16) {
  struct cell cells[CELLS];
  for (int32_t i = 0; i < tile->some;) {
    const int some = identity == 0 && tile->some - i >= CELLS ? CELLS : 1;
    for (int c = 0; c < some; c++) {
      go_to(m, p, tile, i++);
      cells[c] = cell_at(m, p, block, p->currents + at);
    }
    if (identity != 0) {
      const struct identity last = identity_at(m, p, identity, block);
      fire_with(m, p, block, cells, 1, apart, firing, &last, is_int16);
    } else if (some == 1) fire_with(m, p, block, cells, 1, apart, firing, 0, is_int16);
    else fire_with(m, p, block, cells, CELLS, apart, firing, 0, is_int16);
  }
}

#endif
