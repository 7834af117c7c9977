/* The currents of a tile: float-order.ts of neuron-kernels, 2; in integers int16-arithmetic.ts, 2. */
#ifndef OPI_INTEGRATE_H
#define OPI_INTEGRATE_H

#include "tile.h"

/* How sums of one kind are added to: from connections of each kind; `constant`, if given, is what the sums begin with. */
struct passes {
  void (*fill)(const struct place *p, const struct rows *r, const uint8_t *constant);
  void (*tables)(uint8_t *m, const struct place *p, uint32_t synapse, const struct rows *r, const uint8_t *constant);
  void (*lists)(uint8_t *m, const struct place *p, uint32_t synapse, const struct taps *taps, const struct rows *r);
  void (*identity)(uint8_t *m, const struct place *p, uint32_t synapse, const struct rows *r);
};

INLINE const uint8_t *constant_of(const uint8_t *m, const struct place *p, const struct rows *r) {
  const uint8_t *currents = m + word_at(m, p->layer + LAYER_CURRENT);
  return currents + p->index * field(m, p->layer, LAYER_CURRENT_STRIDE) + r->first * r->abreast * 64;
}

/*
 * Taps whose lists are read for all places of a tile before the next: those of one kernel row, or with AVX-512 as many as have
 * weights that stay in the first-level cache. A synapse that is not listed is added at once.
 */
static struct taps first_taps(const uint8_t *m, uint32_t synapse, int32_t blocks) {
  const int32_t width = field(m, synapse + SYNAPSE_KERNEL, WINDOW_WIDTH);
  if (LANES < 16 || field(m, synapse, SYNAPSE_KIND) != KIND_LIST) return (struct taps){0, 0, width};
  const int32_t fitting = LIST_BYTES / (blocks * field(m, synapse, SYNAPSE_TAP_STRIDE));
  return (struct taps){0, 0, smaller(width, larger(1, fitting))};
}

static int has_taps(const uint8_t *m, uint32_t synapse, const struct taps *taps) {
  return taps->row < (is_listed(m, synapse) ? field(m, synapse + SYNAPSE_KERNEL, WINDOW_HEIGHT) : 1);
}

static void next_taps(const uint8_t *m, uint32_t synapse, struct taps *taps) {
  const int32_t width = field(m, synapse + SYNAPSE_KERNEL, WINDOW_WIDTH), some = taps->end - taps->first;
  taps->first = taps->end < width ? taps->end : 0;
  taps->row += taps->first == 0;
  taps->end = smaller(width, taps->first + some);
}

static int is_first_tap(const struct taps *taps) { return taps->row == 0 && taps->first == 0; }

#if COMPILES
/* Adds compiled spikes, floats or integers, to rows of 64 bytes. */
static void add_compiled(uint8_t *m, const struct place *p, uint32_t synapse, const struct taps *taps,
                         const struct rows *r) {
  const struct window k = taps_at(m, synapse, taps, p->row, p->column);
  if (taps->row < k.first_row || taps->row >= k.end_row || k.first_column >= k.end_column) return;
  const uint32_t apart = word_at(m, synapse + SYNAPSE_BLOCK_STRIDE);
  const int32_t tap_stride = field(m, synapse, SYNAPSE_TAP_STRIDE);
  const int32_t kernel_width = field(m, synapse + SYNAPSE_KERNEL, WINDOW_WIDTH);
  const uint8_t *weights = m + word_at(m, synapse + SYNAPSE_WEIGHTS) + (uintptr_t)r->first * apart +
                           (intptr_t)(taps->row * kernel_width - k.left) * tap_stride;
  for (int32_t b = 0; b < r->count; b++, weights += apart)
    add_through_code(m, synapse, taps, k, p->steps, weights, p->currents + b * p->width);
}
#endif

/* What one synapse adds to the currents of a tile; the first of a layer adds to the constant currents. */
static void integrate_synapse(uint8_t *m, struct place *p, const struct tile *tile, uint32_t synapse,
                              const struct passes *passes, const struct rows *r, int is_first) {
  const int is_table = field(m, synapse, SYNAPSE_KIND) == KIND_TABLE && !is_listed(m, synapse);
  for (struct taps taps = first_taps(m, synapse, r->count); has_taps(m, synapse, &taps); next_taps(m, synapse, &taps)) {
    for (int32_t k = 0; k < tile->some; k++) {
      go_to(m, p, tile, k);
      const uint8_t *constant = is_first && is_first_tap(&taps) ? constant_of(m, p, r) : 0;
      if (is_table) {
        passes->tables(m, p, synapse, r, constant);
        continue;
      }
      if (constant) passes->fill(p, r, constant);
#if COMPILES
      if (is_compiled(m, synapse)) {
        add_compiled(m, p, synapse, &taps, r);
        continue;
      }
#endif
      if (is_listed(m, synapse)) passes->lists(m, p, synapse, &taps, r);
      else passes->identity(m, p, synapse, r);
    }
  }
}

/* The currents of a tile at every step: constant part, then every synapse but `without`. */
static void integrate_currents(uint8_t *m, struct place *p, const struct tile *tile, uint32_t without,
                               const struct passes *passes, const struct rows *r) {
  int is_first = 1;
  const int32_t count = field(m, p->layer, LAYER_SYNAPSE_COUNT);
  for (int32_t k = 0; k < count; k++) {
    const uint32_t synapse = word_at(m, p->layer + LAYER_SYNAPSES) + k * SYNAPSE_BYTES;
    if (synapse == without) continue;
    integrate_synapse(m, p, tile, synapse, passes, r, is_first);
    is_first = 0;
  }
  for (int32_t i = 0; is_first && i < tile->some; i++) {
    go_to(m, p, tile, i);
    passes->fill(p, r, constant_of(m, p, r));
  }
}

#endif
