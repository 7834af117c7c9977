/* What the synapses of each kind add to currents in floats: float-order.ts of neuron-kernels, 2. */
#ifndef OPI_FLOAT_PASSES_H
#define OPI_FLOAT_PASSES_H

#include "integrate.h"

#define KIND floats
#define SUMS vec
#define ROW 64
#include "row-passes.h"

/*
 * Adds connections of an identity: for each four channels, [4][16 masks][4], a row of four scales, −0 where there is no
 * spike.
 */
static void add_identities(uint8_t *m, const struct connection *c, int32_t count, uint8_t *currents, int32_t steps,
                           uint32_t stride) {
  for (int32_t k = 0; k < count; k++) {
    const uint8_t *word = m + c[k].source;
    const uint8_t *scales = m + c[k].weights;
    for (int32_t t = 0; t < steps; t++, word += stride) {
      uint16_t mask;
      memcpy(&mask, word, 2);
      if (mask == 0) continue;
      typedef float quad __attribute__((vector_size(16)));
      UNROLL for (int i = 0; i < 4; i++) {
        quad s, scale;
        memcpy(&s, currents + t * 64 + i * 16, 16);
        memcpy(&scale, scales + i * 256 + ((mask >> (4 * i)) & 15) * 16, 16);
        s += scale;
        memcpy(currents + t * 64 + i * 16, &s, 16);
      }
    }
  }
}

static void add_through_lists(uint8_t *m, const struct place *p, uint32_t synapse, const struct taps *taps,
                              const struct rows *r) {
  struct connection *connections = (struct connection *)(m + word_at(m, p->layer + LAYER_CONNECTIONS));
  const int32_t count = collect_lists(m, synapse, taps, r->first, p->row, p->column, p->first, connections);
  const uint32_t stride = (field(m, word_at(m, synapse + SYNAPSE_SOURCE_LAYER), LAYER_WIDTH) + 1) * 4;
  const uint32_t apart = word_at(m, synapse + SYNAPSE_BLOCK_STRIDE);
  const uint32_t width = p->width;
  for (int32_t b = 0; b < r->count;) {
    uint8_t *currents = p->currents + b * width;
    int32_t done = 1;
#if LIST_BLOCKS >= 4
    if (r->count - b >= (done = 4)) add_lists_floats(m, connections, count, 4, currents, p->steps, stride, apart, width);
    else
#endif
    if (r->count - b >= (done = 2)) add_lists_floats(m, connections, count, 2, currents, p->steps, stride, apart, width);
    else {
      done = 1;
      add_lists_floats(m, connections, count, 1, currents, p->steps, stride, apart, width);
    }
    for (int32_t k = 0; k < count; k++) connections[k].weights += done * apart;
    b += done;
  }
}

static void fill_all(const struct place *p, const struct rows *r, const uint8_t *constant) {
  for (int32_t b = 0; b < r->count; b++) fill_floats(p->currents + b * p->width, p->steps, constant + b * r->apart);
}

/* Adds through tables to the constant current, or to the currents if there is none. */
static void add_through_tables(uint8_t *m, const struct place *p, uint32_t synapse, const struct rows *r,
                              const uint8_t *constant) {
  struct connection *connections = (struct connection *)(m + word_at(m, p->layer + LAYER_CONNECTIONS));
  const uint32_t stride = word_at(m, synapse + SYNAPSE_STEP_STRIDE);
  const int32_t count = collect(m, synapse, r->first, p->row, p->column, p->first, connections);
  const uint32_t apart = word_at(m, synapse + SYNAPSE_BLOCK_STRIDE);
  for (int32_t b = 0; b < r->count; b++) {
    uint8_t *currents = p->currents + b * p->width;
    const uint8_t *from = constant ? constant + b * r->apart : currents;
    add_tables_floats(m, connections, count, b * apart, from, currents, p->steps, stride);
  }
  if (constant && count == 0) fill_all(p, r, constant);
}

static void add_through_identity(uint8_t *m, const struct place *p, uint32_t synapse, const struct rows *r) {
  struct connection *connections = (struct connection *)(m + word_at(m, p->layer + LAYER_CONNECTIONS));
  const uint32_t stride = word_at(m, synapse + SYNAPSE_STEP_STRIDE);
  for (int32_t b = 0; b < r->count; b++) {
    const int32_t count = collect(m, synapse, r->first + b, p->row, p->column, p->first, connections);
    add_identities(m, connections, count, p->currents + b * p->width, p->steps, stride);
  }
}

static const struct passes FLOAT_PASSES = {fill_all, add_through_tables, add_through_lists, add_through_identity};

#endif
