/* Which source pixels an output place reads, through which weights; see assembly/connections.ts of neuron-kernels. */
#ifndef OPI_CONNECTIONS_H
#define OPI_CONNECTIONS_H

#include "descriptor.h"
#include "vectors.h"

INLINE int32_t field(const uint8_t *m, uint32_t record, uint32_t offset) {
  int32_t value;
  memcpy(&value, m + record + offset, 4);
  return value;
}

INLINE uint32_t word_at(const uint8_t *m, uint32_t at) { return (uint32_t)field(m, at, 0); }

INLINE int32_t smaller(int32_t a, int32_t b) { return a < b ? a : b; }
INLINE int32_t larger(int32_t a, int32_t b) { return a > b ? a : b; }

/* What a connection adds: where its spikes (or list starts) begin, its weights, and for lists how many bytes of starts. */
struct connection {
  uint32_t source, weights, span;
};
_Static_assert(sizeof(struct connection) == CONNECTION_BYTES, "a connection is CONNECTION_BYTES long");

/* Rows and columns of a window that lie inside an image: first and end, relative to where the window starts. */
struct window {
  int32_t top, left, first_row, end_row, first_column, end_column;
};

INLINE struct window window_at(const uint8_t *m, uint32_t record, int32_t row, int32_t column, int32_t height,
                               int32_t width) {
  struct window w;
  w.top = row * field(m, record, WINDOW_STRIDE_Y) - field(m, record, WINDOW_TOP);
  w.left = column * field(m, record, WINDOW_STRIDE_X) - field(m, record, WINDOW_LEFT);
  w.first_row = larger(0, -w.top);
  w.end_row = smaller(field(m, record, WINDOW_HEIGHT), height - w.top);
  w.first_column = larger(0, -w.left);
  w.end_column = smaller(field(m, record, WINDOW_WIDTH), width - w.left);
  return w;
}

INLINE struct window kernel_at(const uint8_t *m, uint32_t synapse, int32_t row, int32_t column) {
  return window_at(m, synapse + SYNAPSE_KERNEL, row, column, field(m, synapse, SYNAPSE_POOLED_HEIGHT),
                   field(m, synapse, SYNAPSE_POOLED_WIDTH));
}

INLINE struct window pool_at(const uint8_t *m, uint32_t synapse, int32_t row, int32_t column) {
  return window_at(m, synapse + SYNAPSE_POOL, row, column, field(m, synapse, SYNAPSE_SOURCE_HEIGHT),
                   field(m, synapse, SYNAPSE_SOURCE_WIDTH));
}

/* Connections of one synapse at one place through spike bits or the image, one per word; returns their number. */
static int32_t collect(uint8_t *m, uint32_t synapse, int32_t block, int32_t row, int32_t column, int32_t first,
                       struct connection *out) {
  const int32_t tap_stride = field(m, synapse, SYNAPSE_TAP_STRIDE);
  const int32_t kernel_width = field(m, synapse + SYNAPSE_KERNEL, WINDOW_WIDTH);
  const int32_t place_stride = field(m, synapse, SYNAPSE_PLACE_STRIDE);
  const int32_t source_width = field(m, synapse, SYNAPSE_SOURCE_WIDTH);
  const int32_t words = field(m, synapse, SYNAPSE_KIND) == KIND_TABLE ? field(m, synapse, SYNAPSE_WIDTH) : 1;
  /* Rows of integers may be half as long as those of floats. */
  const int32_t word_bytes = tap_stride / words;
  const uint32_t source = field(m, synapse, SYNAPSE_SOURCE) + block * field(m, synapse, SYNAPSE_SOURCE_BLOCK_STRIDE) +
                          first * field(m, synapse, SYNAPSE_STEP_STRIDE);
  const uint32_t weights = field(m, synapse, SYNAPSE_WEIGHTS) + block * field(m, synapse, SYNAPSE_BLOCK_STRIDE);
  const struct window k = kernel_at(m, synapse, row, column);
  struct connection *next = out;
  for (int32_t i = k.first_row; i < k.end_row; i++) {
    for (int32_t j = k.first_column; j < k.end_column; j++) {
      const uint32_t tap = weights + (i * kernel_width + j) * tap_stride;
      const struct window p = pool_at(m, synapse, k.top + i, k.left + j);
      for (int32_t y = p.top + p.first_row; y < p.top + p.end_row; y++) {
        for (int32_t x = p.left + p.first_column; x < p.left + p.end_column; x++) {
          for (int32_t word = 0; word < words; word++) {
            next->source = source + (y * source_width + x) * place_stride + word * 2;
            next->weights = tap + word * word_bytes;
            next++;
          }
        }
      }
    }
  }
  return (int32_t)(next - out);
}

INLINE struct connection list_at(const uint8_t *m, uint32_t synapse, int32_t row, int32_t column, int32_t span,
                                 int32_t first, uint32_t weights) {
  const uint32_t layer = field(m, synapse, SYNAPSE_SOURCE_LAYER);
  const int32_t step = row * field(m, layer, LAYER_CAPACITY) + first;
  const int32_t start = step * (field(m, layer, LAYER_WIDTH) + 1) + column;
  return (struct connection){field(m, layer, LAYER_LIST_STARTS) + start * 4, weights, span * 4};
}

/* Some taps of one row of a kernel: row `row`, columns [first, end). */
struct taps {
  int32_t row, first, end;
};

/* The kernel at one place, of which only the columns of some taps are left. */
INLINE struct window taps_at(const uint8_t *m, uint32_t synapse, const struct taps *taps, int32_t row, int32_t column) {
  struct window k = kernel_at(m, synapse, row, column);
  k.first_column = larger(k.first_column, taps->first);
  k.end_column = smaller(k.end_column, taps->end);
  return k;
}

/*
 * The same through spike lists, of some taps. An entry at column x contains x taps of weights, so that they are one
 * connection; with pooling, every pixel is one.
 */
static int32_t collect_lists(const uint8_t *m, uint32_t synapse, const struct taps *taps, int32_t block, int32_t row,
                             int32_t column, int32_t first, struct connection *out) {
  const int32_t tap_stride = field(m, synapse, SYNAPSE_TAP_STRIDE);
  const int32_t kernel_width = field(m, synapse + SYNAPSE_KERNEL, WINDOW_WIDTH);
  const uint32_t weights = field(m, synapse, SYNAPSE_WEIGHTS) + block * field(m, synapse, SYNAPSE_BLOCK_STRIDE);
  const struct window k = taps_at(m, synapse, taps, row, column);
  const int32_t i = taps->row;
  if (i < k.first_row || i >= k.end_row || k.first_column >= k.end_column) return 0;
  const uint32_t row_weights = weights + i * kernel_width * tap_stride;
  if (!field(m, synapse, SYNAPSE_IS_POOLED)) {
    *out = list_at(m, synapse, k.top + i, k.left + k.first_column, k.end_column - k.first_column, first,
                   row_weights - k.left * tap_stride);
    return 1;
  }
  struct connection *next = out;
  for (int32_t j = k.first_column; j < k.end_column; j++) {
    const struct window p = pool_at(m, synapse, k.top + i, k.left + j);
    for (int32_t y = p.top + p.first_row; y < p.top + p.end_row; y++)
      for (int32_t x = p.left + p.first_column; x < p.left + p.end_column; x++)
        *next++ = list_at(m, synapse, y, x, 1, first, row_weights + (j - x) * tap_stride);
  }
  return (int32_t)(next - out);
}

/* Whether a synapse reads the lists of its source in this piece of T. */
static int is_listed(const uint8_t *m, uint32_t synapse) {
  const int32_t kind = field(m, synapse, SYNAPSE_KIND);
  if (kind != KIND_TABLE) return kind == KIND_LIST;
  return field(m, word_at(m, synapse + SYNAPSE_SOURCE_LAYER), LAYER_IS_LISTED) == LISTED_GROUPS;
}

/*
 * The last synapse of a spiking layer if it is an identity without pooling, which adds one word of spikes per step: it is
 * added where the neurons fire. 0 if it is another.
 */
static uint32_t last_identity(const uint8_t *m, uint32_t layer) {
  const int32_t count = field(m, layer, LAYER_SYNAPSE_COUNT);
  if (count == 0 || field(m, layer, LAYER_IS_READ_OUT)) return 0;
  const uint32_t last = word_at(m, layer + LAYER_SYNAPSES) + (count - 1) * SYNAPSE_BYTES;
  return field(m, last, SYNAPSE_KIND) == KIND_IDENTITY && !field(m, last, SYNAPSE_IS_POOLED) ? last : 0;
}

#endif
