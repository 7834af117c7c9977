/* The constant currents of an int16 layer: int16-arithmetic.ts of neuron-kernels, 1. */
#ifndef OPI_ROUND_CURRENTS_H
#define OPI_ROUND_CURRENTS_H

#include <math.h>

#include "connections.h"

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
