/* Compiled once per instruction set, with -DINSTRUCTION_SET=avx2 and so on, and the compiler's flags for it. */
#include "kernels.h"

#include "int16-layer.h"
#include "layer.h"
#include "round-currents.h"
#include "spikes.h"

/* Blocks of a place that are computed side by side, since each sum waits for its last product. */
#define CONSTANT_BLOCKS (LANES / 4)

/* Adds what the image gives to the constant currents of some blocks of a place, `c`. */
INLINE void add_analog(uint8_t *m, uint32_t synapse, const struct connection *connections, int32_t pixels,
                       uint32_t image, vec (*c)[VECTORS], const int some) {
  const uintptr_t apart = word_at(m, synapse + SYNAPSE_BLOCK_STRIDE);
  const int32_t channels = field(m, synapse, SYNAPSE_WIDTH);
  for (int32_t p = 0; p < pixels; p++) {
    const uint8_t *weights = m + connections[p].weights;
    for (int32_t channel = 0; channel < channels; channel++, weights += 64) {
      float x;
      memcpy(&x, m + image + connections[p].source + channel * 4, 4);
      UNROLL for (int b = 0; b < some; b++)
        UNROLL for (int i = 0; i < VECTORS; i++) c[b][i] += load(weights + b * apart + i * sizeof(vec)) * x;
    }
  }
}

/* The constant currents of some blocks at one place. */
INLINE void constant_at(uint8_t *m, uint32_t layer, uint32_t image, int32_t block, int32_t place, const int some) {
  const int32_t width = field(m, layer, LAYER_WIDTH), count = field(m, layer, LAYER_ANALOG_COUNT);
  struct connection *connections = (struct connection *)(m + word_at(m, layer + LAYER_CONNECTIONS));
  const uint8_t *bias = m + word_at(m, layer + LAYER_BIAS) + block * 64;
  uint8_t *target = m + word_at(m, layer + LAYER_CURRENT) + place * field(m, layer, LAYER_CURRENT_STRIDE) + block * 64;
  vec c[CONSTANT_BLOCKS][VECTORS];
  UNROLL for (int b = 0; b < some; b++)
    UNROLL for (int i = 0; i < VECTORS; i++) c[b][i] = load(bias + b * 64 + i * sizeof(vec));
  for (int32_t k = 0; k < count; k++) {
    const uint32_t synapse = word_at(m, layer + LAYER_ANALOG) + k * SYNAPSE_BYTES;
    const int32_t pixels = collect(m, synapse, block, place / width, place % width, 0, connections);
    add_analog(m, synapse, connections, pixels, image, c, some);
  }
  UNROLL for (int b = 0; b < some; b++)
    UNROLL for (int i = 0; i < VECTORS; i++) store(target + b * 64 + i * sizeof(vec), c[b][i]);
}

/* The constant current of a layer that reads the image, [place][blocks · 16]: float-order.ts, 1. */
static void constant_current(uint8_t *m, uint32_t layer, uint32_t image) {
  const int32_t places = field(m, layer, LAYER_HEIGHT) * field(m, layer, LAYER_WIDTH);
  const int32_t blocks = field(m, layer, LAYER_BLOCKS);
  for (int32_t place = 0; place < places; place++) {
    int32_t block = 0;
    for (; block + CONSTANT_BLOCKS <= blocks; block += CONSTANT_BLOCKS)
      constant_at(m, layer, image, block, place, CONSTANT_BLOCKS);
    for (; block < blocks; block++) constant_at(m, layer, image, block, place, 1);
  }
}

#define JOIN(a, b) a##b
#define KERNELS(set) JOIN(kernels_, set)
#define TEXT(x) #x
#define NAME(x) TEXT(x)

const struct kernels KERNELS(INSTRUCTION_SET) = {
    .name = NAME(INSTRUCTION_SET),
    .constant_current = constant_current,
    .run_layer = run_layer,
    .round_currents = round_currents,
    .run_int16_layer = run_int16_layer,
    .list_spikes = list_spikes,
    .compile_spikes = compile_spikes,
    .release_code = release_code,
    .count_by_class = count_by_class,
    .count_by_neuron = count_by_neuron,
};
