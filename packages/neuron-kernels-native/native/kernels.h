/*
 * The kernels of one instruction set. `m` is the first byte of the memory shared with neuron-kernels; every other
 * address is an offset into it. Arguments and results are those of packages/neuron-kernels/assembly, function by function.
 */
#ifndef OPI_KERNELS_H
#define OPI_KERNELS_H

#include <stdint.h>

struct kernels {
  const char *name;
  void (*constant_current)(uint8_t *m, uint32_t layer, uint32_t image);
  void (*run_layer)(uint8_t *m, uint32_t layer, uint32_t first, uint32_t steps, uint32_t first_block,
                    uint32_t end_block, uint32_t statistics, uint32_t logits);
  void (*round_currents)(uint8_t *m, uint32_t layer, uint32_t room);
  void (*run_int16_layer)(uint8_t *m, uint32_t layer, uint32_t first, uint32_t steps, uint32_t first_block,
                          uint32_t end_block, uint32_t statistics, uint32_t logits);
  void (*list_spikes)(uint8_t *m, uint32_t layer, uint32_t steps, uint32_t has_groups);
  /* Beside those: spike-code.h. */
  void (*compile_spikes)(uint8_t *m, uint32_t layer, uint32_t steps, uint32_t is_first, uint32_t room);
  /* Gives back the code memory of this thread. */
  void (*release_code)(void);
  void (*count_by_class)(uint8_t *m, uint32_t layer, uint32_t steps, uint32_t classes, uint32_t counts);
  void (*count_by_neuron)(uint8_t *m, uint32_t layer, uint32_t first, uint32_t steps, uint32_t counts);
};

extern const struct kernels kernels_sse42;
extern const struct kernels kernels_avx2;
extern const struct kernels kernels_avx512;
extern const struct kernels kernels_neon;

#endif
