/* Integrate and fire in floats: float-order.ts of neuron-kernels, 3. */
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

/* Integrates and fires some cells of a block; an identity, if there is one, adds last, to one cell. */
INLINE void fire_with(const uint8_t *m, const struct place *p, int32_t block, const struct cell *cells, const int some,
                      struct firing *firing, const struct identity *identity) {
  const uint32_t apart = field(m, p->layer, LAYER_BLOCKS) * 2;
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
      UNROLL for (int i = 0; i < VECTORS; i++) {
        vec s = load(cells[c].currents + t * 64 + i * sizeof(vec));
        if (identity) s += selected(identity->scale[i], mask, i);
        spikes |= integrate(&v[c][i], s, th[i], keep) << (i * LANES);
      }
      steps_since_first += send(cells[c].spikes + t * apart, spikes, &seen[c]);
    }
  }
  firing->steps_since_first += steps_since_first;
  UNROLL for (int c = 0; c < some; c++) {
    UNROLL for (int i = 0; i < VECTORS; i++) store(cells[c].potentials + i * sizeof(vec), v[c][i]);
    memcpy(cells[c].seen, &seen[c], 2);
    firing->fired += __builtin_popcount(seen[c]);
  }
}

/* Fires one block of all places of a tile, whose currents begin `at` bytes from those of the first block. */
static void fire_tile(uint8_t *m, struct place *p, const struct tile *tile, uint32_t synapse, int32_t block, uint32_t at,
                      struct firing *firing) {
  struct cell cells[CELLS];
  for (int32_t i = 0; i < tile->some;) {
    const int some = synapse == 0 && tile->some - i >= CELLS ? CELLS : 1;
    for (int c = 0; c < some; c++) {
      go_to(m, p, tile, i++);
      cells[c] = cell_at(m, p, block, p->currents + at);
    }
    if (synapse != 0) {
      const struct identity identity = identity_at(m, p, synapse, block);
      fire_with(m, p, block, cells, 1, firing, &identity);
    } else if (some == 1) fire_with(m, p, block, cells, 1, firing, 0);
    else fire_with(m, p, block, cells, CELLS, firing, 0);
  }
}

#endif
