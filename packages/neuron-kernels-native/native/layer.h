/* Convolve, integrate and fire over several steps: float-order.ts of neuron-kernels, 2 and 3. */
#ifndef OPI_LAYER_H
#define OPI_LAYER_H

#include "fire.h"
#include "float-passes.h"
#include "sliding.h"

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
        else fire_tile(m, &p, &tile, identity, block + b, b * p.width, 64, &firing, 0);
      }
    }
  }
  add_firing(m, statistics, first_block, &firing);
}

#endif
