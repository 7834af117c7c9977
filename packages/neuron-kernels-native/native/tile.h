/* How many places, and rows of sums of each, are computed side by side. */
#ifndef OPI_TILE_H
#define OPI_TILE_H

#include "spike-code.h"

/*
 * Blocks of 16 channels, or rows of 32 integers, that lists add to at once: what the vector registers hold. With AVX-512 fewer,
 * so that the weights of a tap of 128 to 256 sources stay in the first-level cache (LIST_BYTES) while all places of a tile
 * use them; two at least, since the sums of one wait for each other.
 */
#if LANES == 16
#define LIST_BLOCKS 2
#define LIST_ROWS 4
#elif LANES == 8 || defined(__ARM_NEON)
#define LIST_BLOCKS 4
#define LIST_ROWS 4
#else
#define LIST_BLOCKS 2
#define LIST_ROWS 2
#endif
#define LIST_BYTES 24576
_Static_assert(LIST_BLOCKS <= CURRENT_BLOCKS && LIST_ROWS <= CURRENT_BLOCKS, "there is room for the currents of CURRENT_BLOCKS blocks");

/* One place of the layer that is computed, the steps of it, and its currents, [blocks][capacity][16], `width` bytes a block. */
struct place {
  uint32_t layer;
  int32_t row, column, index, first, steps;
  uint8_t *currents;
  uint32_t width;
};

/* Some places that are computed side by side: `some` from the one with index `first` on, `blocks` blocks of each. */
struct tile {
  int32_t first, some, blocks;
};

/*
 * Some rows of sums of a place: the first of them and how many. A row is a block of 16 floats, or the integers of `abreast`
 * blocks; `apart` are the bytes between the constant currents of two rows.
 */
struct rows {
  int32_t first, count, abreast;
  uint32_t apart;
};

/* Moves to place `i` of a tile: the first, or the one after the last moved to. */
INLINE void go_to(const uint8_t *m, struct place *p, const struct tile *tile, int32_t i) {
  const int32_t width = field(m, p->layer, LAYER_WIDTH);
  p->index = tile->first + i;
  if (i == 0) {
    p->row = p->index / width;
    p->column = p->index % width;
  } else if (++p->column == width) {
    p->column = 0;
    p->row++;
  }
  p->width = field(m, p->layer, LAYER_CAPACITY) * 64;
  p->currents = (uint8_t *)m + word_at(m, p->layer + LAYER_CURRENTS) + (uint32_t)(i * tile->blocks) * p->width;
}

/* Cells that fire side by side, since each of them waits for its last step. */
#define CELLS (LANES == 16 ? 4 : 1)
#define FIRED_BYTES 16384
_Static_assert(FIRED_BYTES <= CURRENT_BYTES, "there is room for the currents of what fires side by side");

/* How many rows of sums, and places, a layer computes at once. */
struct extent {
  int32_t rows, places;
};

/*
 * Through lists `listed` rows, through code or tables one, whose weights stay longer in a cache. Through lists and code as many
 * places as there is room for, since the weights of some taps are used for all of them before those of the next; through
 * tables as many as fire side by side and have currents that stay in the first-level cache.
 */
static struct extent extent_of(const uint8_t *m, uint32_t layer, int32_t listed) {
  const int32_t count = field(m, layer, LAYER_SYNAPSE_COUNT);
  const int32_t place = field(m, layer, LAYER_CAPACITY) * 64;
  int has_lists = 0, has_code = 0;
  for (int32_t k = 0; k < count; k++) {
    const uint32_t synapse = word_at(m, layer + LAYER_SYNAPSES) + k * SYNAPSE_BYTES;
    has_lists |= is_listed(m, synapse);
    has_code |= is_compiled(m, synapse);
  }
  if (!has_lists) return (struct extent){1, CELLS == 1 ? 1 : larger(1, FIRED_BYTES / place)};
  const int32_t rows = has_code ? 1 : listed;
  return (struct extent){rows, larger(1, CURRENT_BYTES / (rows * place))};
}

#endif
