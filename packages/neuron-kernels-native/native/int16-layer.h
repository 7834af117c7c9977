/* Convolve, integrate and fire in integers over several steps: int16-arithmetic.ts of neuron-kernels. */
#ifndef OPI_INT16_LAYER_H
#define OPI_INT16_LAYER_H

#include "fire.h"
#include "float-passes.h"
#include "int16-passes.h"
#include "sliding.h"

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
        fire_tile(m, &p, &tile, 0, r.first * abreast + b, at, abreast * 32, &firing, 1);
      }
    }
  }
  add_firing(m, statistics, first_block, &firing);
}

#endif
