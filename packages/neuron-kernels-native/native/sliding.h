/*
 * Layers that read one 3x3 synapse through tables, of stride 1 with one pixel of zeros around, and perhaps an identity after
 * it, along the rows of the image: float-order.ts of neuron-kernels, 2 and 3.
 *
 * Step by step, the currents of neighbouring places move through registers. A pixel adds one row of each of three tables, at
 * the same offset, to the places right of it, at it and left of it, so that a set of spikes is turned into an offset once
 * for three rows; and a place whose last pixel has been added fires at once: no current is ever stored. The pixels of the
 * three kernel rows lag two columns behind each other, so that every place adds them in the order of the contract.
 *
 * Only with AVX-512, whose 32 registers hold what is under way.
 */
#ifndef OPI_SLIDING_H
#define OPI_SLIDING_H

#include "firing.h"
#include "connections.h"

#if LANES == 16

/* Places of a row at most: those that spiked at one step are noted on the stack. */
#define MOST_WIDTH 256
/* Columns from the pixel that a place is first reached by to the one after its last. */
#define LAG 5

/* Spike words of a source: where that of the first place and step is, bytes from place to place and from step to step. */
struct words {
  const uint8_t *at;
  uintptr_t place, step;
};

/* Some blocks of a layer that are computed together: what they read, and where their neurons are. */
struct slide {
  int32_t height, width, steps;
  struct words source, identity;
  const uint8_t *weights, *constant, *theta, *scale;
  ivec keep;
  /* [place][blocks]: potentials; spikes, which have steps as well; neurons that have fired. Bytes from place to place. */
  uint8_t *potentials, *spikes, *seen;
  uintptr_t potentials_apart, spikes_apart, seen_apart, spikes_step;
};

/* The next place to fire. */
struct neurons {
  uint8_t *potentials, *spikes;
  const uint8_t *identity;
  uint16_t *fired;
};

INLINE void put_spikes(const struct neurons *n, int block, uint32_t fired) {
  const uint16_t spikes = (uint16_t)fired;
  memcpy(n->spikes + block * 2, &spikes, 2);
  n->fired[block] = spikes;
}

INLINE void fire_floats(const struct slide *s, const struct neurons *n, vec current, const int has_identity) {
  if (has_identity) {
    uint16_t mask;
    memcpy(&mask, n->identity, 2);
    current = (vec)_mm512_mask_add_ps((__m512)current, mask, (__m512)current, (__m512)load(s->scale));
  }
  vec v = load(n->potentials);
  put_spikes(n, 0, integrate(&v, current, load(s->theta), s->keep));
  store(n->potentials, v);
}

/* One block of int16-arithmetic.ts, 3. */
INLINE void fire_integers(const struct slide *s, const struct neurons *n, int block, __m256i current) {
  uint8_t *at = n->potentials + block * 64;
  const __m512i theta = _mm512_loadu_si512(s->theta + block * 64);
  const __m512i u = _mm512_add_epi32(_mm512_loadu_si512(at), _mm512_cvtepi16_epi32(current));
  const __mmask16 spikes = _mm512_cmpge_epi32_mask(u, theta);
  const __m512i left = _mm512_and_si512(_mm512_sub_epi32(u, theta), (__m512i)s->keep);
  _mm512_storeu_si512(at, _mm512_mask_mov_epi32(u, spikes, left));
  put_spikes(n, block, spikes);
}

typedef uint16_t narrow_lanes __attribute__((vector_size(32)));
typedef uint16_t wide_lanes __attribute__((vector_size(64)));

INLINE void fire_narrow(const struct slide *s, const struct neurons *n, narrow_lanes current, const int has_identity) {
  __m256i c = (__m256i)current;
  if (has_identity) {
    uint16_t mask;
    memcpy(&mask, n->identity, 2);
    c = _mm256_mask_add_epi16(c, mask, c, _mm256_loadu_si256((const __m256i *)s->scale));
  }
  fire_integers(s, n, 0, c);
}

INLINE void fire_wide(const struct slide *s, const struct neurons *n, wide_lanes current, const int has_identity) {
  __m512i c = (__m512i)current;
  if (has_identity) {
    uint32_t mask;
    memcpy(&mask, n->identity, 4);
    c = _mm512_mask_add_epi16(c, mask, c, _mm512_loadu_si512(s->scale));
  }
  fire_integers(s, n, 0, _mm512_castsi512_si256(c));
  fire_integers(s, n, 1, _mm512_extracti64x4_epi64(c, 1));
}

/* Adds the words that fired to those that have been seen; returns how many neurons have. Reads up to three words more. */
INLINE uint64_t count_seen(uint16_t *seen, const uint16_t *fired, int32_t words) {
  uint64_t count = 0;
  for (int32_t i = 0; i < words; i += 4) {
    uint64_t four, new;
    memcpy(&four, seen + i, 8);
    memcpy(&new, fired + i, 8);
    four |= new;
    memcpy(seen + i, &four, 8);
    count += (uint64_t)__builtin_popcountll(four);
  }
  return count;
}

#define KIND floats
#define SUMS vec
#define BLOCKS 1
#include "sliding-rows.h"
#define KIND narrow
#define SUMS narrow_lanes
#define BLOCKS 1
#include "sliding-rows.h"
#define KIND wide
#define SUMS wide_lanes
#define BLOCKS 2
#include "sliding-rows.h"

/* The scale of every channel, from the rows of an identity: that of all four spikes has them. */
static const uint8_t *full_scale(const uint8_t *rows, float *scale) {
  for (int i = 0; i < 4; i++) memcpy(scale + 4 * i, rows + i * 256 + 15 * 16, 16);
  return (const uint8_t *)scale;
}

/* Whether a synapse is such a 3x3 one. */
static int slides(const uint8_t *m, uint32_t layer, uint32_t synapse) {
  const uint32_t kernel = synapse + SYNAPSE_KERNEL;
  return field(m, synapse, SYNAPSE_KIND) == KIND_TABLE && !is_listed(m, synapse) &&
         !field(m, synapse, SYNAPSE_IS_POOLED) && field(m, synapse, SYNAPSE_WIDTH) <= 2 &&
         field(m, kernel, WINDOW_HEIGHT) == 3 && field(m, kernel, WINDOW_WIDTH) == 3 &&
         field(m, kernel, WINDOW_STRIDE_Y) == 1 && field(m, kernel, WINDOW_STRIDE_X) == 1 &&
         field(m, kernel, WINDOW_TOP) == 1 && field(m, kernel, WINDOW_LEFT) == 1 &&
         field(m, layer, LAYER_HEIGHT) == field(m, synapse, SYNAPSE_SOURCE_HEIGHT) &&
         field(m, layer, LAYER_WIDTH) == field(m, synapse, SYNAPSE_SOURCE_WIDTH);
}

INLINE struct words words_of(const uint8_t *m, uint32_t synapse, uint32_t first) {
  const uintptr_t step = word_at(m, synapse + SYNAPSE_STEP_STRIDE);
  const uint8_t *at = m + word_at(m, synapse + SYNAPSE_SOURCE) + first * step;
  return (struct words){at, word_at(m, synapse + SYNAPSE_PLACE_STRIDE), step};
}

/* What is the same for all blocks; `at` and the other addresses are those of block 0. */
static struct slide slide_of(uint8_t *m, uint32_t layer, uint32_t identity, uint32_t first, uint32_t steps) {
  const uint32_t synapse = word_at(m, layer + LAYER_SYNAPSES), blocks = word_at(m, layer + LAYER_BLOCKS);
  struct slide s = {
      .height = field(m, layer, LAYER_HEIGHT),
      .width = field(m, layer, LAYER_WIDTH),
      .steps = (int32_t)steps,
      .source = words_of(m, synapse, first),
      .weights = m + word_at(m, synapse + SYNAPSE_WEIGHTS),
      .constant = m + word_at(m, layer + LAYER_CURRENT),
      .theta = m + word_at(m, layer + LAYER_THETA),
      .keep = (ivec){0} + field(m, layer, LAYER_RESET_MASK),
      .potentials = m + word_at(m, layer + LAYER_POTENTIALS),
      .spikes = m + word_at(m, layer + LAYER_SPIKES) + first * blocks * 2,
      .seen = m + word_at(m, layer + LAYER_SEEN),
      .potentials_apart = blocks * 64,
      .spikes_apart = word_at(m, layer + LAYER_CAPACITY) * blocks * 2,
      .seen_apart = blocks * 2,
      .spikes_step = blocks * 2,
  };
  if (identity) {
    s.identity = words_of(m, identity, first);
    s.scale = m + word_at(m, identity + SYNAPSE_WEIGHTS);
  }
  return s;
}

/* The same from block `block` on; `abreast` blocks share rows of weights. */
static struct slide slide_at(const uint8_t *m, struct slide s, uint32_t layer, uint32_t identity, uint32_t block,
                             uint32_t abreast) {
  s.weights += block / abreast * word_at(m, word_at(m, layer + LAYER_SYNAPSES) + SYNAPSE_BLOCK_STRIDE);
  s.constant += block * 64;
  s.theta += block * 64;
  s.potentials += block * 64;
  s.spikes += block * 2;
  s.seen += block * 2;
  if (identity) {
    s.identity.at += block * 2;
    s.scale += block * word_at(m, identity + SYNAPSE_BLOCK_STRIDE);
  }
  return s;
}

#define SLIDE(kind)                                                                                      \
  (words == 1 ? (identity ? slide_##kind(&at, 1, 1, firing) : slide_##kind(&at, 1, 0, firing)) \
              : (identity ? slide_##kind(&at, 2, 1, firing) : slide_##kind(&at, 2, 0, firing)))

/* Runs some blocks of a layer if it is such a one; else returns 0. Arguments are those of run_layer. */
static int run_sliding(uint8_t *m, uint32_t layer, uint32_t first, uint32_t steps, uint32_t first_block,
                       uint32_t end_block, int is_int16, struct firing *firing) {
  const uint32_t synapse = word_at(m, layer + LAYER_SYNAPSES), identity = last_identity(m, layer);
  if (field(m, layer, LAYER_SYNAPSE_COUNT) != (identity ? 2 : 1) || field(m, layer, LAYER_IS_READ_OUT) ||
      field(m, layer, LAYER_CURRENT_STRIDE) != 0 || field(m, layer, LAYER_WIDTH) > MOST_WIDTH ||
      !slides(m, layer, synapse))
    return 0;
  const struct slide all = slide_of(m, layer, identity, first, steps);
  const int words = field(m, synapse, SYNAPSE_WIDTH);
  const uint32_t abreast = is_int16 && field(m, layer, LAYER_BLOCKS) > 1 ? 2 : 1;
  for (uint32_t block = first_block; block < end_block; block += abreast) {
    struct slide at = slide_at(m, all, layer, identity, block, abreast);
    float scale[16];
    if (identity && !is_int16) at.scale = full_scale(at.scale, scale);
    if (!is_int16) SLIDE(floats);
    else if (abreast == 1) SLIDE(narrow);
    else SLIDE(wide);
  }
  return 1;
}

#else

static int run_sliding(uint8_t *m, uint32_t layer, uint32_t first, uint32_t steps, uint32_t first_block,
                       uint32_t end_block, int is_int16, struct firing *firing) {
  (void)m, (void)layer, (void)first, (void)steps, (void)first_block, (void)end_block, (void)is_int16, (void)firing;
  return 0;
}

#endif
#endif
