/*
 * Adding what spikes cause to the integer currents of one place, in rows of ROW bytes: int16-arithmetic.ts of neuron-kernels,
 * 2. Lanes of 16 bits wrap around. Included once for ROW 64, two blocks of 16 channels, and once for 32, a single one;
 * the passes are those of passes.h, and entries of lists count rows of 64 bytes.
 */
#define JOIN_ROW(name, row) name##_##row
#define EXPAND_ROW(name, row) JOIN_ROW(name, row)
#define OF_ROW(name) EXPAND_ROW(name, ROW)

#define lanes OF_ROW(lanes)
#define PARTS ((int)(ROW / sizeof(lanes)))
#if ROW < LANES * 4
typedef uint16_t lanes __attribute__((vector_size(ROW)));
#else
typedef uint16_t lanes __attribute__((vector_size(LANES * 4)));
#endif

/* By value: gcc would copy into an array of vectors in halves, and then wait for both. */
INLINE lanes OF_ROW(load_part)(const uint8_t *at) {
  lanes v;
  memcpy(&v, at, sizeof v);
  return v;
}

INLINE void OF_ROW(store_part)(uint8_t *at, lanes v) { memcpy(at, &v, sizeof v); }

INLINE void OF_ROW(load_row)(lanes *s, const uint8_t *row) {
  UNROLL for (int i = 0; i < PARTS; i++) s[i] = OF_ROW(load_part)(row + i * sizeof(lanes));
}

INLINE void OF_ROW(store_row)(uint8_t *row, const lanes *s) {
  UNROLL for (int i = 0; i < PARTS; i++) OF_ROW(store_part)(row + i * sizeof(lanes), s[i]);
}

INLINE void OF_ROW(add_row)(lanes *s, const uint8_t *row) {
  UNROLL for (int i = 0; i < PARTS; i++) s[i] += OF_ROW(load_part)(row + i * sizeof(lanes));
}

/* Sets the current of every step to the constant current. */
INLINE void OF_ROW(fill)(uint8_t *currents, int32_t steps, const uint8_t *constant) {
  lanes c[PARTS];
  OF_ROW(load_row)(c, constant);
  for (int32_t t = 0; t < steps; t++) OF_ROW(store_row)(currents + t * ROW, c);
}

/* Adds `count` words through tables: two rows of each. */
INLINE void OF_ROW(add_words)(uint8_t *m, const struct connection *c, const int count, uint32_t shift,
                              const uint8_t *from, uint8_t *currents, int32_t steps, uint32_t stride) {
  const uint8_t *words[6], *tables[6];
  const uintptr_t apart = from == currents ? ROW : 0;
  UNROLL for (int k = 0; k < count; k++) {
    words[k] = m + c[k].source;
    tables[k] = m + c[k].weights + shift;
  }
  for (int32_t t = 0; t < steps; t++, currents += ROW, from += apart) {
    lanes s[PARTS];
    OF_ROW(load_row)(s, from);
    UNROLL for (int k = 0; k < count; k++) {
      const uintptr_t low = words[k][t * stride], high = words[k][t * stride + 1];
      OF_ROW(add_row)(s, tables[k] + low * ROW);
      OF_ROW(add_row)(s, tables[k] + high * ROW + TABLE_GROUP_BYTES / (64 / ROW));
    }
    OF_ROW(store_row)(currents, s);
  }
}

/* Adds connections through tables; returns where the sums are, as in passes.h. */
static const uint8_t *OF_ROW(add_tables)(uint8_t *m, const struct connection *c, int32_t count, uint32_t shift,
                                         const uint8_t *from, uint8_t *currents, int32_t steps, uint32_t stride) {
  for (; count >= 3; count -= 3, c += 3, from = currents) OF_ROW(add_words)(m, c, 3, shift, from, currents, steps, stride);
  if (count == 2) OF_ROW(add_words)(m, c, 2, shift, from, currents, steps, stride);
  if (count == 1) OF_ROW(add_words)(m, c, 1, shift, from, currents, steps, stride);
  return count > 0 ? currents : from;
}

/* Adds connections through lists to `units` rows at once, whose weights are `apart` bytes apart and currents `width`. */
INLINE void OF_ROW(add_lists)(uint8_t *m, const struct connection *c, int32_t count, const int units, uint8_t *currents,
                              int32_t steps, uint32_t stride, uint32_t apart, uint32_t width) {
  for (int32_t k = 0; k < count; k++) {
    const uint8_t *start = m + c[k].source;
    const uint32_t weights = c[k].weights;
    for (int32_t t = 0; t < steps; t++, start += stride) {
      uint32_t entry, last;
      memcpy(&entry, start, 4);
      memcpy(&last, start + c[k].span, 4);
      if (entry == last) continue;
      lanes s[4 * PARTS];
      UNROLL for (int u = 0; u < units; u++) OF_ROW(load_row)(s + u * PARTS, currents + u * width + t * ROW);
      for (; entry < last; entry += 4) {
        uint32_t offset;
        memcpy(&offset, m + entry, 4);
        const uint8_t *row = m + (uint32_t)(weights + offset / (64 / ROW));
        UNROLL for (int u = 0; u < units; u++) OF_ROW(add_row)(s + u * PARTS, row + (uintptr_t)u * apart);
      }
      UNROLL for (int u = 0; u < units; u++) OF_ROW(store_row)(currents + u * width + t * ROW, s + u * PARTS);
    }
  }
}

#undef lanes
#undef PARTS
#undef JOIN_ROW
#undef EXPAND_ROW
#undef OF_ROW
