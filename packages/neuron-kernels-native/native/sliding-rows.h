/*
 * sliding.h for one kind of sums: KIND names it, SUMS is the vector that holds the sums of one place, of BLOCKS blocks of 16
 * channels. Rows of weights are as long as it.
 */
#define JOIN_KIND(name, kind) name##_##kind
#define EXPAND_KIND(name, kind) JOIN_KIND(name, kind)
#define OF_KIND(name) EXPAND_KIND(name, KIND)
/* Bytes from one group's table to the next; of a row of weights. */
#define GROUP_BYTES (TABLE_GROUP_BYTES / 64 * sizeof(SUMS))

/* Adds the spikes of one pixel, `words` of 16 channels, to the places right of it, at it and left of it. */
INLINE void OF_KIND(add_pixel)(const uint8_t *word, const uint8_t *tables, const int words, SUMS *right, SUMS *here,
                               SUMS *left) {
  const uintptr_t tap = 2 * words * GROUP_BYTES;
  SUMS r = *right, h = *here, l = *left;
  UNROLL for (int g = 0; g < 2 * words; g++) {
    const uint8_t *row = tables + g * GROUP_BYTES + word[g] * sizeof(SUMS);
    SUMS weights;
    memcpy(&weights, row, sizeof weights);
    r += weights;
    memcpy(&weights, row + tap, sizeof weights);
    h += weights;
    memcpy(&weights, row + 2 * tap, sizeof weights);
    l += weights;
  }
  *right = r, *here = h, *left = l;
}

/* One row of places at one step. */
INLINE void OF_KIND(slide_row)(const struct slide *s, int32_t row, int32_t t, uint16_t *fired, const int words,
                               const int has_identity) {
  const int has_top = row > 0, has_bottom = row + 1 < s->height;
  const int32_t width = s->width;
  const uintptr_t place = s->source.place, kernel_row = 6 * words * GROUP_BYTES;
  const uint8_t *middle = s->source.at + row * width * place + t * s->source.step;
  const uint8_t *top = middle - width * place, *bottom = middle + (width - 4) * place;
  middle -= 2 * place;
  const int32_t index = row * width;
  struct neurons n = {.potentials = s->potentials + index * s->potentials_apart,
                      .spikes = s->spikes + index * s->spikes_apart + t * s->spikes_step,
                      .identity = s->identity.at + index * s->identity.place + t * s->identity.step,
                      .fired = fired};
  SUMS constant, a0, a1, a2, a3, a4, a5, a6;
  memcpy(&constant, s->constant, sizeof constant);
  a1 = a2 = a3 = a4 = a5 = a6 = constant;
  /* Column k: a0 to a6 are the places k + 1 to k − 5, of which those outside the row come to nothing. */
  for (int32_t k = 0; k < width + LAG; k++, top += place, middle += place, bottom += place) {
    a0 = constant;
    if (has_top && k < width) OF_KIND(add_pixel)(top, s->weights, words, &a0, &a1, &a2);
    if (k >= 2 && k < width + 2) OF_KIND(add_pixel)(middle, s->weights + kernel_row, words, &a2, &a3, &a4);
    if (has_bottom && k >= 4 && k < width + 4)
      OF_KIND(add_pixel)(bottom, s->weights + 2 * kernel_row, words, &a4, &a5, &a6);
    if (k >= LAG) {
      OF_KIND(fire)(s, &n, a6, has_identity);
      n.potentials += s->potentials_apart, n.spikes += s->spikes_apart, n.fired += BLOCKS;
      if (has_identity) n.identity += s->identity.place;
    }
    a6 = a5, a5 = a4, a4 = a3, a3 = a2, a2 = a1, a1 = a0;
  }
}

/* All places, row by row, and of a row step by step. */
INLINE void OF_KIND(slide)(const struct slide *given, const int words, const int has_identity, struct firing *firing) {
  const struct slide s = *given;
  for (int32_t row = 0; row < s.height; row++) {
    /* As many zeros at the end as four neurons at a time may read. */
    uint16_t seen[MOST_WIDTH * BLOCKS + 4] = {0}, fired[MOST_WIDTH * BLOCKS + 4] = {0};
    uint8_t *seen_at = s.seen + row * s.width * s.seen_apart;
    for (int32_t i = 0; i < s.width; i++) memcpy(seen + i * BLOCKS, seen_at + i * s.seen_apart, 2 * BLOCKS);
    for (int32_t t = 0; t < s.steps; t++) {
      OF_KIND(slide_row)(&s, row, t, fired, words, has_identity);
      firing->steps_since_first += count_seen(seen, fired, s.width * BLOCKS);
    }
    for (int32_t i = 0; i < s.width; i++) memcpy(seen_at + i * s.seen_apart, seen + i * BLOCKS, 2 * BLOCKS);
    memset(fired, 0, sizeof fired);
    firing->fired += count_seen(seen, fired, s.width * BLOCKS);
  }
}

#undef JOIN_KIND
#undef EXPAND_KIND
#undef OF_KIND
#undef GROUP_BYTES
#undef KIND
#undef SUMS
#undef BLOCKS
