/* What the synapses of each kind add to currents in integers: int16-arithmetic.ts of neuron-kernels, 2. */
#ifndef OPI_INT16_PASSES_H
#define OPI_INT16_PASSES_H

#include "integrate.h"

typedef uint16_t wide_sums __attribute__((vector_size(LANES * 4)));
#if LANES > 8
typedef uint16_t narrow_sums __attribute__((vector_size(32)));
#else
typedef uint16_t narrow_sums __attribute__((vector_size(LANES * 4)));
#endif

#define KIND wide
#define SUMS wide_sums
#define ROW 64
#include "row-passes.h"
#define KIND narrow
#define SUMS narrow_sums
#define ROW 32
#include "row-passes.h"

_Static_assert(NARROW_ROW_BYTES == 32, "a row of 16 integers is what add_tables_narrow adds");

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
    add_lists_narrow(m, connections, count, 1, p->currents, p->steps, stride, apart, width);
    return;
  }
  for (int32_t u = 0, done; u < r->count; u += done) {
    uint8_t *currents = p->currents + u * width;
    const int32_t left = r->count - u;
#if LIST_ROWS >= 4
    if (left >= 4) add_lists_wide(m, connections, count, done = 4, currents, p->steps, stride, apart, width);
    else
#endif
    if (left >= 2) add_lists_wide(m, connections, count, done = 2, currents, p->steps, stride, apart, width);
    else add_lists_wide(m, connections, count, done = 1, currents, p->steps, stride, apart, width);
    for (int32_t k = 0; k < count; k++) connections[k].weights += done * apart;
  }
}

static void fill_rows(const struct place *p, const struct rows *r, const uint8_t *constant) {
  if (r->abreast == 1) {
    fill_narrow(p->currents, p->steps, constant);
    return;
  }
  for (int32_t u = 0; u < r->count; u++) fill_wide(p->currents + u * p->width, p->steps, constant + u * r->apart);
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
    if (r->abreast == 2) add_tables_wide(m, connections, count, shift, from, currents, p->steps, stride);
    else add_tables_narrow(m, connections, count, shift, from, currents, p->steps, stride);
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

#endif
