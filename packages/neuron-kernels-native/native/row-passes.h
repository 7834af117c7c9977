/*
 * Adding what spikes cause to the currents of one place, in rows of ROW bytes: float-order.ts of neuron-kernels, 2; in integers
 * int16-arithmetic.ts, 2. Included once for each KIND of rows, which names the passes:
 *
 *   floats  a block of 16 channels
 *   wide    two blocks of integers of 16 bits, which wrap around
 *   narrow  the only block of a layer of integers
 *
 * SUMS is the vector of sums that the additions use; weights are as long as a row, and entries of lists count rows of 64
 * bytes.
 *
 * Each pass adds a few connections over all steps. The steps are independent of each other, so the processor overlaps
 * them; and the weights of a few connections, unlike those of all, stay in the first-level cache while they are used at
 * every step. A pass reads what it adds to at `from`: the first one of a place the constant current, the others `currents`.
 */
#define JOIN_KIND(name, kind) name##_##kind
#define EXPAND_KIND(name, kind) JOIN_KIND(name, kind)
#define OF_KIND(name) EXPAND_KIND(name, KIND)
#define PARTS ((int)(ROW / sizeof(SUMS)))

/* By value: gcc would copy into an array of vectors in halves, and then wait for both. */
INLINE SUMS OF_KIND(load_part)(const uint8_t *at) {
  SUMS v;
  memcpy(&v, at, sizeof v);
  return v;
}

INLINE void OF_KIND(store_part)(uint8_t *at, SUMS v) { memcpy(at, &v, sizeof v); }

INLINE void OF_KIND(load_row)(SUMS *s, const uint8_t *row) {
  UNROLL for (int i = 0; i < PARTS; i++) s[i] = OF_KIND(load_part)(row + i * sizeof(SUMS));
}

INLINE void OF_KIND(store_row)(uint8_t *row, const SUMS *s) {
  UNROLL for (int i = 0; i < PARTS; i++) OF_KIND(store_part)(row + i * sizeof(SUMS), s[i]);
}

INLINE void OF_KIND(add_row)(SUMS *s, const uint8_t *row) {
  UNROLL for (int i = 0; i < PARTS; i++) s[i] += OF_KIND(load_part)(row + i * sizeof(SUMS));
}

/* Sets the current of every step to the constant current. */
INLINE void OF_KIND(fill)(uint8_t *currents, int32_t steps, const uint8_t *constant) {
  SUMS c[PARTS];
  OF_KIND(load_row)(c, constant);
  for (int32_t t = 0; t < steps; t++) OF_KIND(store_row)(currents + t * ROW, c);
}

/* Adds `count` words through tables: the currents are loaded and stored once for 2 · count rows. */
INLINE void OF_KIND(add_words)(uint8_t *m, const struct connection *c, const int count, uint32_t shift,
                              const uint8_t *from, uint8_t *currents, int32_t steps, uint32_t stride) {
  const uint8_t *words[6], *tables[6];
  const uintptr_t apart = from == currents ? ROW : 0;
  UNROLL for (int k = 0; k < count; k++) {
    words[k] = m + c[k].source;
    tables[k] = m + c[k].weights + shift;
  }
  for (int32_t t = 0; t < steps; t++, currents += ROW, from += apart) {
    SUMS s[PARTS];
    OF_KIND(load_row)(s, from);
    UNROLL for (int k = 0; k < count; k++) {
      const uintptr_t low = words[k][t * stride], high = words[k][t * stride + 1];
      OF_KIND(add_row)(s, tables[k] + low * ROW);
      OF_KIND(add_row)(s, tables[k] + high * ROW + TABLE_GROUP_BYTES / (64 / ROW));
    }
    OF_KIND(store_row)(currents, s);
  }
}

/*
 * Adds connections through tables; `shift` leads from the weights collected to those of the rows computed. Returns where
 * the sums are: `currents`, or `from` if there was nothing to add.
 */
static const uint8_t *OF_KIND(add_tables)(uint8_t *m, const struct connection *c, int32_t count, uint32_t shift,
                                         const uint8_t *from, uint8_t *currents, int32_t steps, uint32_t stride) {
  for (; count >= 3; count -= 3, c += 3, from = currents) OF_KIND(add_words)(m, c, 3, shift, from, currents, steps, stride);
  if (count == 2) OF_KIND(add_words)(m, c, 2, shift, from, currents, steps, stride);
  if (count == 1) OF_KIND(add_words)(m, c, 1, shift, from, currents, steps, stride);
  return count > 0 ? currents : from;
}

/*
 * Adds connections through lists to `units` rows at once, whose weights are `apart` bytes apart and whose currents `width`;
 * every entry chooses a row of weights. `stride` leads from the starts of a step to those of the next.
 */
INLINE void OF_KIND(add_lists)(uint8_t *m, const struct connection *c, int32_t count, const int units, uint8_t *currents,
                              int32_t steps, uint32_t stride, uint32_t apart, uint32_t width) {
  for (int32_t k = 0; k < count; k++) {
    const uint8_t *start = m + c[k].source;
    const uint32_t weights = c[k].weights;
    for (int32_t t = 0; t < steps; t++, start += stride) {
      uint32_t entry, last;
      memcpy(&entry, start, 4);
      memcpy(&last, start + c[k].span, 4);
      if (entry == last) continue;
      SUMS s[4 * PARTS];
      UNROLL for (int u = 0; u < units; u++) OF_KIND(load_row)(s + u * PARTS, currents + u * width + t * ROW);
      for (; entry < last; entry += 4) {
        uint32_t offset;
        memcpy(&offset, m + entry, 4);
        const uint8_t *row = m + (uint32_t)(weights + offset / (64 / ROW));
        UNROLL for (int u = 0; u < units; u++) OF_KIND(add_row)(s + u * PARTS, row + (uintptr_t)u * apart);
      }
      UNROLL for (int u = 0; u < units; u++) OF_KIND(store_row)(currents + u * width + t * ROW, s + u * PARTS);
    }
  }
}

#undef JOIN_KIND
#undef EXPAND_KIND
#undef OF_KIND
#undef PARTS
#undef KIND
#undef SUMS
#undef ROW
