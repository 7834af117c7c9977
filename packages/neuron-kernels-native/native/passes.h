/*
 * Adding what spikes cause to the currents of one place, [block][capacity][16]: float-order.ts of neuron-kernels, 2.
 *
 * Each pass adds a few connections over all steps. The steps are independent of each other, so the processor overlaps
 * them; and the weights of a few connections, unlike those of all, stay in the first-level cache while they are used at
 * every step. A pass reads what it adds to at `from`: the first one of a place the constant current, the others `currents`.
 */
#ifndef OPI_PASSES_H
#define OPI_PASSES_H

#include "connections.h"

/* Sets the current of every step to the constant current. */
INLINE void fill_currents(uint8_t *currents, int32_t steps, const uint8_t *constant) {
  vec c[VECTORS];
  UNROLL for (int i = 0; i < VECTORS; i++) c[i] = load(constant + i * sizeof(vec));
  for (int32_t t = 0; t < steps; t++)
    UNROLL for (int i = 0; i < VECTORS; i++) store(currents + t * 64 + i * sizeof(vec), c[i]);
}

INLINE void add_row(vec *s, const uint8_t *row) {
  UNROLL for (int i = 0; i < VECTORS; i++) s[i] += load(row + i * sizeof(vec));
}

/* Adds `count` words through tables: the currents are loaded and stored once for 2 · count rows. */
INLINE void add_words(uint8_t *m, const struct connection *c, const int count, uint32_t shift, const uint8_t *from,
                      uint8_t *currents, int32_t steps, uint32_t stride) {
  const uint8_t *words[4], *tables[4];
  const uintptr_t apart = from == currents ? 64 : 0;
  UNROLL for (int k = 0; k < count; k++) {
    words[k] = m + c[k].source;
    tables[k] = m + c[k].weights + shift;
  }
  for (int32_t t = 0; t < steps; t++, currents += 64, from += apart) {
    vec s[VECTORS];
    UNROLL for (int i = 0; i < VECTORS; i++) s[i] = load(from + i * sizeof(vec));
    UNROLL for (int k = 0; k < count; k++) {
      const uintptr_t low = words[k][t * stride], high = words[k][t * stride + 1];
      add_row(s, tables[k] + low * 64);
      add_row(s, tables[k] + high * 64 + TABLE_GROUP_BYTES);
    }
    UNROLL for (int i = 0; i < VECTORS; i++) store(currents + i * sizeof(vec), s[i]);
  }
}

/*
 * Adds connections through tables; `shift` leads from the weights collected to those of the block computed. Returns where
 * the sums are: `currents`, or `from` if there was nothing to add.
 */
static const uint8_t *add_tables(uint8_t *m, const struct connection *c, int32_t count, uint32_t shift,
                                 const uint8_t *from, uint8_t *currents, int32_t steps, uint32_t stride) {
  for (; count >= 3; count -= 3, c += 3, from = currents) add_words(m, c, 3, shift, from, currents, steps, stride);
  if (count == 2) add_words(m, c, 2, shift, from, currents, steps, stride);
  if (count == 1) add_words(m, c, 1, shift, from, currents, steps, stride);
  return count > 0 ? currents : from;
}

/*
 * Adds connections through lists to `blocks` blocks at once, whose weights are `apart` bytes apart and whose currents
 * `width`; every entry chooses a row of weights. `stride` leads from the starts of a step to those of the next.
 */
INLINE void add_lists(uint8_t *m, const struct connection *c, int32_t count, const int blocks, uint8_t *currents,
                      int32_t steps, uint32_t stride, uint32_t apart, uint32_t width) {
  for (int32_t k = 0; k < count; k++) {
    const uint8_t *start = m + c[k].source;
    const uint32_t weights = c[k].weights;
    for (int32_t t = 0; t < steps; t++, start += stride) {
      uint32_t entry, last;
      memcpy(&entry, start, 4);
      memcpy(&last, start + c[k].span, 4);
      if (entry == last) continue;
      vec s[4 * VECTORS];
      UNROLL for (int b = 0; b < blocks; b++)
        UNROLL for (int i = 0; i < VECTORS; i++)
          s[b * VECTORS + i] = load(currents + b * width + t * 64 + i * sizeof(vec));
      for (; entry < last; entry += 4) {
        uint32_t offset;
        memcpy(&offset, m + entry, 4);
        const uint8_t *row = m + (uint32_t)(weights + offset);
        UNROLL for (int b = 0; b < blocks; b++) add_row(s + b * VECTORS, row + (uintptr_t)b * apart);
      }
      UNROLL for (int b = 0; b < blocks; b++)
        UNROLL for (int i = 0; i < VECTORS; i++)
          store(currents + b * width + t * 64 + i * sizeof(vec), s[b * VECTORS + i]);
    }
  }
}

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

#endif
