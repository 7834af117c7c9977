/* Integer kernels: int16-arithmetic.ts of neuron-kernels. Potentials have 32 bits throughout. */
#ifndef OPI_INT16_H
#define OPI_INT16_H

#include <math.h>

#include "layer.h"

#define ROW 64
#include "int16-row.h"
#undef ROW
#define ROW 32
#include "int16-row.h"
#undef ROW

_Static_assert(NARROW_ROW_BYTES == 32, "a row of 16 integers is what add_tables_32 adds");

/* Adds the scales of an identity to 16 channels, `apart` bytes from step to step. */
static void add_scales(uint8_t *m, const struct connection *c, int32_t count, uint8_t *currents, uint32_t apart,
                       int32_t steps, uint32_t stride) {
  typedef uint16_t eight __attribute__((vector_size(16)));
  const eight bits = {1, 2, 4, 8, 16, 32, 64, 128};
  for (int32_t k = 0; k < count; k++) {
    const uint8_t *word = m + c[k].source;
    eight scale[2];
    memcpy(scale, m + c[k].weights, sizeof scale);
    for (int32_t t = 0; t < steps; t++, word += stride) {
      uint16_t mask;
      memcpy(&mask, word, 2);
      if (mask == 0) continue;
      eight s[2];
      memcpy(s, currents + t * apart, sizeof s);
      s[0] += (eight)(((mask & 255) & bits) == bits) & scale[0];
      s[1] += (eight)(((mask >> 8) & bits) == bits) & scale[1];
      memcpy(currents + t * apart, s, sizeof s);
    }
  }
}

static void add_int16_lists(uint8_t *m, const struct place *p, uint32_t synapse, const struct taps *taps,
                            const struct rows *r) {
  struct connection *connections = (struct connection *)(m + word_at(m, p->layer + LAYER_CONNECTIONS));
  const int32_t count = collect_lists(m, synapse, taps, r->first, p->row, p->column, p->first, connections);
  const uint32_t stride = (field(m, word_at(m, synapse + SYNAPSE_SOURCE_LAYER), LAYER_WIDTH) + 1) * 4;
  const uint32_t apart = word_at(m, synapse + SYNAPSE_BLOCK_STRIDE);
  const uint32_t width = p->width;
  if (r->abreast == 1) {
    add_lists_32(m, connections, count, 1, p->currents, p->steps, stride, apart, width);
    return;
  }
  for (int32_t u = 0, done; u < r->count; u += done) {
    uint8_t *currents = p->currents + u * width;
    const int32_t left = r->count - u;
#if LIST_ROWS >= 4
    if (left >= 4) add_lists_64(m, connections, count, done = 4, currents, p->steps, stride, apart, width);
    else
#endif
    if (left >= 2) add_lists_64(m, connections, count, done = 2, currents, p->steps, stride, apart, width);
    else add_lists_64(m, connections, count, done = 1, currents, p->steps, stride, apart, width);
    for (int32_t k = 0; k < count; k++) connections[k].weights += done * apart;
  }
}

static void fill_rows(const struct place *p, const struct rows *r, const uint8_t *constant) {
  if (r->abreast == 1) {
    fill_32(p->currents, p->steps, constant);
    return;
  }
  for (int32_t u = 0; u < r->count; u++) fill_64(p->currents + u * p->width, p->steps, constant + u * r->apart);
}

/* Adds through tables to the constant current, or to the currents if there is none. */
static void add_int16_tables(uint8_t *m, const struct place *p, uint32_t synapse, const struct rows *r,
                            const uint8_t *constant) {
  struct connection *connections = (struct connection *)(m + word_at(m, p->layer + LAYER_CONNECTIONS));
  const uint32_t stride = word_at(m, synapse + SYNAPSE_STEP_STRIDE);
  const int32_t count = collect(m, synapse, r->first, p->row, p->column, p->first, connections);
  for (int32_t u = 0; u < r->count; u++) {
    uint8_t *currents = p->currents + u * p->width;
    const uint32_t shift = u * word_at(m, synapse + SYNAPSE_BLOCK_STRIDE);
    const uint8_t *from = constant ? constant + u * r->apart : currents;
    if (r->abreast == 2) add_tables_64(m, connections, count, shift, from, currents, p->steps, stride);
    else add_tables_32(m, connections, count, shift, from, currents, p->steps, stride);
  }
  if (constant && count == 0) fill_rows(p, r, constant);
}

static void add_int16_identity(uint8_t *m, const struct place *p, uint32_t synapse, const struct rows *r) {
  struct connection *connections = (struct connection *)(m + word_at(m, p->layer + LAYER_CONNECTIONS));
  const uint32_t stride = word_at(m, synapse + SYNAPSE_STEP_STRIDE);
  for (int32_t b = 0; b < r->count * r->abreast; b++) {
    const int32_t count = collect(m, synapse, r->first * r->abreast + b, p->row, p->column, p->first, connections);
    uint8_t *currents = p->currents + b / r->abreast * p->width + b % r->abreast * 32;
    add_scales(m, connections, count, currents, r->abreast * 32, p->steps, stride);
  }
}

static const struct passes INT16_PASSES = {fill_rows, add_int16_tables, add_int16_lists, add_int16_identity};

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

/*
 * The read-out: its integer weights are held in floats, whose sums are exact; adds them to the potentials, 32-bit integers,
 * which are the logits in grid steps.
 */
static void run_int16_read_out(uint8_t *m, struct place *p, int32_t first_block, int32_t end_block, uint32_t logits) {
  const uint32_t layer = p->layer;
  const int32_t blocks = field(m, layer, LAYER_BLOCKS);
  const int32_t places = field(m, layer, LAYER_HEIGHT) * field(m, layer, LAYER_WIDTH);
  struct tile tile = {.some = 1, .blocks = 1};
  for (int32_t block = first_block; block < end_block; block++) {
    const struct rows r = {block, 1, 1, 64};
    for (tile.first = 0; tile.first < places; tile.first++) {
      integrate_currents(m, p, &tile, 0, &FLOAT_PASSES, &r);
      const uint8_t *currents = p->currents;
      const int32_t at = (p->index * blocks + block) * 64;
      for (int i = 0; i < VECTORS; i++) {
        uint8_t *potentials = m + word_at(m, layer + LAYER_POTENTIALS) + at + i * sizeof(ivec);
        uint8_t *logit = m + logits + at + i * sizeof(ivec);
        ivec v = load_integers(potentials);
        for (int32_t t = 0; t < p->steps; t++, logit += places * blocks * 64) {
          v += __builtin_convertvector(load(currents + t * 64 + i * sizeof(vec)), ivec);
          store_integers(logit, v);
        }
        store_integers(potentials, v);
      }
    }
  }
}

static void run_int16_layer(uint8_t *m, uint32_t layer, uint32_t first, uint32_t steps, uint32_t first_block,
                            uint32_t end_block, uint32_t statistics, uint32_t logits) {
  const int32_t blocks = field(m, layer, LAYER_BLOCKS);
  const int32_t places = field(m, layer, LAYER_HEIGHT) * field(m, layer, LAYER_WIDTH);
  // Blocks side by side; a layer of several has an even number of them.
  const int32_t abreast = blocks > 1 ? 2 : 1;
  const struct extent at_once = extent_of(m, layer, LIST_ROWS);
  struct firing firing = {0, 0};
  struct place p = {.layer = layer, .first = (int32_t)first, .steps = (int32_t)steps};
  // Constant currents of two blocks lie together, at the first of them.
  struct rows r = {.abreast = abreast, .apart = 128};
  if (field(m, layer, LAYER_IS_READ_OUT)) {
    run_int16_read_out(m, &p, (int32_t)first_block, (int32_t)end_block, logits);
    return;
  }
  if (run_sliding(m, layer, first, steps, first_block, end_block, 1, &firing)) {
    add_firing(m, statistics, first_block, &firing);
    return;
  }
  const int32_t end_unit = (int32_t)end_block / abreast;
  for (r.first = (int32_t)first_block / abreast; r.first < end_unit; r.first += at_once.rows) {
    r.count = smaller(at_once.rows, end_unit - r.first);
    struct tile tile = {.blocks = r.count};
    for (tile.first = 0; tile.first < places; tile.first += at_once.places) {
      tile.some = smaller(at_once.places, places - tile.first);
      integrate_currents(m, &p, &tile, 0, &INT16_PASSES, &r);
      for (int32_t b = 0; b < r.count * abreast; b++) {
        const uint32_t at = b / abreast * p.width + b % abreast * 32;
        fire_integer_tile(m, &p, &tile, r.first * abreast + b, at, abreast * 32, &firing);
      }
    }
  }
  add_firing(m, statistics, first_block, &firing);
}

/* The nearest integer in [least, most], halves to even; 0 for NaN. */
static int32_t round_current(float current, float least, float most) {
  const float nearest = rintf(current);
  if (nearest != nearest) return 0;
  return (int32_t)(nearest < least ? least : nearest > most ? most : nearest);
}

static void round_currents(uint8_t *m, uint32_t layer, uint32_t room) {
  const int32_t blocks = field(m, layer, LAYER_BLOCKS);
  const int32_t places = field(m, layer, LAYER_HEIGHT) * field(m, layer, LAYER_WIDTH);
  const int32_t abreast = blocks > 1 ? 2 : 1;
  const int is_read_out = field(m, layer, LAYER_IS_READ_OUT);
  const float *least = (const float *)(m + room), *most = least + blocks * 16;
  uint8_t *place = m + word_at(m, layer + LAYER_CURRENT);
  for (int32_t i = 0; i < places; i++, place += blocks * 64) {
    for (int32_t block = 0; block < blocks; block++) {
      float from[16];
      int16_t rounded[16];
      memcpy(from, place + block * 64, sizeof from);
      for (int c = 0; c < 16; c++) {
        const int32_t integer = round_current(from[c], least[block * 16 + c], most[block * 16 + c]);
        from[c] = (float)integer;
        rounded[c] = (int16_t)integer;
      }
      if (is_read_out) {
        memcpy(place + block * 64, from, sizeof from);
        continue;
      }
      memcpy(place + (block - block % abreast) * 64 + block % abreast * 32, rounded, sizeof rounded);
    }
  }
}

#endif
