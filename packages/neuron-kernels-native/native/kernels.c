/* Compiled once per instruction set, with -DINSTRUCTION_SET=avx2 and so on, and the compiler's flags for it. */
#include "kernels.h"

#include "int16.h"
#include "spikes.h"

/* The constant current of a layer that reads the image, [place][blocks · 16]: float-order.ts, 1. */
static void constant_current(uint8_t *m, uint32_t layer, uint32_t image) {
  const int32_t height = field(m, layer, LAYER_HEIGHT), width = field(m, layer, LAYER_WIDTH);
  const int32_t blocks = field(m, layer, LAYER_BLOCKS), count = field(m, layer, LAYER_ANALOG_COUNT);
  struct connection *connections = (struct connection *)(m + word_at(m, layer + LAYER_CONNECTIONS));
  for (int32_t block = 0; block < blocks; block++) {
    uint8_t *target = m + word_at(m, layer + LAYER_CURRENT) + block * 64;
    const uint8_t *bias = m + word_at(m, layer + LAYER_BIAS) + block * 64;
    for (int32_t place = 0; place < height * width; place++, target += field(m, layer, LAYER_CURRENT_STRIDE)) {
      vec c[VECTORS];
      UNROLL for (int i = 0; i < VECTORS; i++) c[i] = load(bias + i * sizeof(vec));
      for (int32_t k = 0; k < count; k++) {
        const uint32_t synapse = word_at(m, layer + LAYER_ANALOG) + k * SYNAPSE_BYTES;
        const int32_t pixels = collect(m, synapse, block, place / width, place % width, 0, connections);
        const int32_t channels = field(m, synapse, SYNAPSE_WIDTH);
        for (int32_t p = 0; p < pixels; p++) {
          const uint8_t *weights = m + connections[p].weights;
          for (int32_t channel = 0; channel < channels; channel++, weights += 64) {
            float x;
            memcpy(&x, m + image + connections[p].source + channel * 4, 4);
            UNROLL for (int i = 0; i < VECTORS; i++) c[i] += load(weights + i * sizeof(vec)) * x;
          }
        }
      }
      UNROLL for (int i = 0; i < VECTORS; i++) store(target + i * sizeof(vec), c[i]);
    }
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
