/* Convolve, integrate and fire over several steps: float-order.ts of neuron-kernels, 2 and 3. */
#ifndef OPI_LAYER_H
#define OPI_LAYER_H

#include "passes.h"
#include "sliding.h"
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

/* How sums of one kind are added to: from connections of each kind; `constant`, if given, is what the sums begin with. */
struct passes {
  void (*fill)(const struct place *p, const struct rows *r, const uint8_t *constant);
  void (*tables)(uint8_t *m, const struct place *p, uint32_t synapse, const struct rows *r, const uint8_t *constant);
  void (*lists)(uint8_t *m, const struct place *p, uint32_t synapse, const struct taps *taps, const struct rows *r);
  void (*identity)(uint8_t *m, const struct place *p, uint32_t synapse, const struct rows *r);
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
    if (r->count - b >= (done = 4)) add_lists(m, connections, count, 4, currents, p->steps, stride, apart, width);
    else
#endif
    if (r->count - b >= (done = 2)) add_lists(m, connections, count, 2, currents, p->steps, stride, apart, width);
    else {
      done = 1;
      add_lists(m, connections, count, 1, currents, p->steps, stride, apart, width);
    }
    for (int32_t k = 0; k < count; k++) connections[k].weights += done * apart;
    b += done;
  }
}

static void fill_all(const struct place *p, const struct rows *r, const uint8_t *constant) {
  for (int32_t b = 0; b < r->count; b++) fill_currents(p->currents + b * p->width, p->steps, constant + b * r->apart);
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
    add_tables(m, connections, count, b * apart, from, currents, p->steps, stride);
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

static const struct passes FLOAT_PASSES = {fill_all, add_through_tables, add_through_lists, add_through_identity};

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

/* Adds the currents to the potentials of 16 read-out neurons, which are the logits. */
static void accumulate(uint8_t *m, const struct place *p, int32_t block, const uint8_t *currents, uint32_t logits) {
  const uint32_t layer = p->layer;
  const int32_t blocks = field(m, layer, LAYER_BLOCKS);
  const int32_t places = field(m, layer, LAYER_HEIGHT) * field(m, layer, LAYER_WIDTH);
  const int32_t at = (p->index * blocks + block) * 64;
  uint8_t *potentials = m + word_at(m, layer + LAYER_POTENTIALS) + at;
  for (int i = 0; i < VECTORS; i++) {
    uint8_t *logit = m + logits + at + i * sizeof(vec);
    vec v = load(potentials + i * sizeof(vec));
    for (int32_t t = 0; t < p->steps; t++, logit += places * blocks * 64) {
      v += load(currents + t * 64 + i * sizeof(vec));
      store(logit, v);
    }
    store(potentials + i * sizeof(vec), v);
  }
}

static void accumulate_tile(uint8_t *m, struct place *p, const struct tile *tile, int32_t block, uint32_t at,
                            uint32_t logits) {
  for (int32_t i = 0; i < tile->some; i++) {
    go_to(m, p, tile, i);
    accumulate(m, p, block, p->currents + at, logits);
  }
}

static void run_layer(uint8_t *m, uint32_t layer, uint32_t first, uint32_t steps, uint32_t first_block,
                      uint32_t end_block, uint32_t statistics, uint32_t logits) {
  const int32_t places = field(m, layer, LAYER_HEIGHT) * field(m, layer, LAYER_WIDTH);
  const int is_read_out = field(m, layer, LAYER_IS_READ_OUT);
  struct firing firing = {0, 0};
  if (run_sliding(m, layer, first, steps, first_block, end_block, 0, &firing)) {
    add_firing(m, statistics, first_block, &firing);
    return;
  }
  struct place p = {.layer = layer, .first = (int32_t)first, .steps = (int32_t)steps};
  const struct extent at_once = extent_of(m, layer, LIST_BLOCKS);
  const uint32_t identity = last_identity(m, layer);
  for (int32_t block = (int32_t)first_block; block < (int32_t)end_block; block += at_once.rows) {
    struct tile tile = {.blocks = smaller(at_once.rows, (int32_t)end_block - block)};
    const struct rows r = {block, tile.blocks, 1, 64};
    for (tile.first = 0; tile.first < places; tile.first += at_once.places) {
      tile.some = smaller(at_once.places, places - tile.first);
      integrate_currents(m, &p, &tile, identity, &FLOAT_PASSES, &r);
      for (int32_t b = 0; b < tile.blocks; b++) {
        if (is_read_out) accumulate_tile(m, &p, &tile, block + b, b * p.width, logits);
        else fire_tile(m, &p, &tile, identity, block + b, b * p.width, &firing);
      }
    }
  }
  add_firing(m, statistics, first_block, &firing);
}

#endif
