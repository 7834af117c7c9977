/*
 * Spikes as machine code. A list of spikes costs a load of weights for every spike, and an end that the processor cannot
 * predict for every pixel and step. Code without a branch has neither: for a pixel and up to 16 steps it loads the row of
 * weights of each channel that spiked, once, and adds it to the sums of the steps in which it did, which stay in
 * registers. It is made once for an image and serves every tap and every row of output channels.
 *
 * The order is that of float-order.ts, 2: a sum gets its rows channel by channel, pixel by pixel. Integers may be added in any
 * order; there the pixels of a pooling window are counted first, and a channel that spiked in several adds its row
 * twice or four times at once.
 *
 * Pixels of a row of the image follow each other in the code, so that some neighbouring taps are one call.
 */
#ifndef OPI_SPIKE_CODE_H
#define OPI_SPIKE_CODE_H

#include "code-memory.h"
#include "spikes.h"

#if COMPILES

/* Pixels that are counted together: what PLANES planes count. */
#define PIXELS_AT_ONCE 7
/* Bytes at most for a channel of one pixel: its row; all steps. And of some pixels counted together. */
#define FLOAT_CHANNEL_BYTES (10 + CODE_STEPS * ADDITION_BYTES)
#define INTEGER_CHANNEL_BYTES (10 + 2 * ADDITION_BYTES + PLANES * CODE_STEPS * ADDITION_BYTES)

/* Some pixels of a source at some steps: their words of spikes, bytes from step to step. */
struct pixels {
  const uint8_t *words[PIXELS_AT_ONCE];
  int32_t count, steps, blocks;
  uint32_t apart;
};

INLINE uint8_t *put_additions(uint8_t *p, quads q, uint32_t steps) {
  UNROLL for (int i = 0; i < CODE_STEPS / 4; i++) {
    const uint32_t set = steps >> (4 * i) & 15;
    memcpy(p, q[i][set], QUAD_BYTES);
    p += ADDITION_BYTES * __builtin_popcount(set);
  }
  return p;
}

/* The steps in which each of 16 channels spiked, as sets of bits; returns the channels that did at all. */
INLINE uint32_t steps_of(const uint8_t *words, int32_t steps, uint32_t apart, uint16_t *sets) {
  uint16_t word[CODE_STEPS] = {0};
  uint32_t channels = 0;
  for (int32_t t = 0; t < steps; t++, words += apart) {
    memcpy(&word[t], words, 2);
    channels |= word[t];
  }
  const __m256i all = _mm256_loadu_si256((const __m256i *)word);
  UNROLL for (int c = 0; c < 16; c++) sets[c] = _mm256_test_epi16_mask(all, _mm256_set1_epi16((int16_t)(1 << c)));
  return channels;
}

/* Counts the spikes of one channel over pixels, step by step, and adds its row as often. */
INLINE uint8_t *put_counted(uint8_t *p, uint16_t (*sets)[16], int32_t pixels, int channel) {
  uint32_t ones = 0, twos = 0, fours = 0;
  for (int32_t k = 0; k < pixels; k++) {
    const uint32_t carry = ones & sets[k][channel];
    ones ^= sets[k][channel];
    fours |= twos & carry;
    twos ^= carry;
  }
  p = put_additions(p, code.integers[0], ones);
  if ((twos | fours) == 0) return p;
  p = put_integer_addition(p, ROW_REGISTER + 1, ROW_REGISTER, ROW_REGISTER);
  p = put_additions(p, code.integers[1], twos);
  if (fours == 0) return p;
  p = put_integer_addition(p, ROW_REGISTER + 2, ROW_REGISTER + 1, ROW_REGISTER + 1);
  return put_additions(p, code.integers[2], fours);
}

/* Code that adds the spikes of some pixels, whose weights lie `displacement` bytes from those of the kernel row. */
static uint8_t *put_pixels(uint8_t *p, const struct pixels *s, int32_t displacement, int is_integer) {
  uint16_t sets[PIXELS_AT_ONCE][16];
  for (int32_t block = 0; block < s->blocks; block++) {
    uint32_t channels = 0;
    for (int32_t k = 0; k < s->count; k++)
      channels |= steps_of(s->words[k] + block * 2, s->steps, s->apart, sets[k]);
    for (; channels != 0; channels &= channels - 1) {
      const int channel = __builtin_ctz(channels);
      p = put_load(p, ROW_REGISTER, RSI, displacement + (block * 16 + channel) * 64);
      p = is_integer ? put_counted(p, sets, s->count, channel) : put_additions(p, code.floats, sets[0][channel]);
    }
  }
  return p;
}

/* Code that adds the spikes of all pixels that a synapse pools into one, at the steps from `first` on. */
static uint8_t *put_pooled(uint8_t *p, const uint8_t *m, uint32_t synapse, int32_t row, int32_t column, int32_t first,
                           int32_t steps) {
  const int is_integer = field(m, synapse, SYNAPSE_COMPILED) == COMPILED_INTEGERS;
  const int32_t width = field(m, synapse, SYNAPSE_SOURCE_WIDTH), apart = field(m, synapse, SYNAPSE_STEP_STRIDE);
  const uint8_t *source = m + word_at(m, synapse + SYNAPSE_SOURCE) + first * apart;
  const int32_t displacement = column * field(m, synapse, SYNAPSE_TAP_STRIDE);
  struct pixels s = {.count = 0, .steps = steps, .blocks = field(m, synapse, SYNAPSE_WIDTH), .apart = (uint32_t)apart};
  const struct window w = pool_at(m, synapse, row, column);
  for (int32_t y = w.top + w.first_row; y < w.top + w.end_row; y++) {
    for (int32_t x = w.left + w.first_column; x < w.left + w.end_column; x++) {
      s.words[s.count++] = source + (y * width + x) * field(m, synapse, SYNAPSE_PLACE_STRIDE);
      if (is_integer && s.count < PIXELS_AT_ONCE) continue;
      p = put_pixels(p, &s, displacement, is_integer);
      s.count = 0;
    }
  }
  if (s.count > 0) p = put_pixels(p, &s, displacement, is_integer);
  /* dec edx; if it is 0, ret */
  static const uint8_t END[] = {0xFF, 0xCA, 0x75, 0x01, 0xC3};
  memcpy(p, END, sizeof END);
  return p + sizeof END;
}

/* Bytes at most of what put_pooled writes, those beyond the last addition among them. */
static size_t most_bytes(const uint8_t *m, uint32_t synapse) {
  const size_t channels = (size_t)field(m, synapse, SYNAPSE_WIDTH) * 16;
  const size_t pixels = (size_t)field(m, synapse + SYNAPSE_POOL, WINDOW_HEIGHT) * field(m, synapse + SYNAPSE_POOL, WINDOW_WIDTH);
  if (field(m, synapse, SYNAPSE_COMPILED) == COMPILED_FLOATS) return pixels * channels * FLOAT_CHANNEL_BYTES + 64;
  return (pixels + PIXELS_AT_ONCE - 1) / PIXELS_AT_ONCE * channels * INTEGER_CHANNEL_BYTES + 64;
}

/*
 * Compiles the spikes that a synapse reads; SYNAPSE_CODE becomes the offset, in the code memory, of where each pixel begins,
 * [steps / CODE_STEPS][pooled row][pooled column]. 0 if there is no room.
 */
static int compile_synapse(uint8_t *m, uint32_t synapse, int32_t steps, size_t room) {
  const int32_t height = field(m, synapse, SYNAPSE_POOLED_HEIGHT), width = field(m, synapse, SYNAPSE_POOLED_WIDTH);
  const size_t at = (code.used + 63) & ~(size_t)63, most = most_bytes(m, synapse);
  const size_t pixels = (size_t)((steps + CODE_STEPS - 1) / CODE_STEPS) * height * width;
  if (at + pixels * 4 > room) return 0;
  uint32_t *start = (uint32_t *)(code.at + at);
  uint8_t *p = code.at + at + pixels * 4;
  for (int32_t first = 0; first < steps; first += CODE_STEPS) {
    for (int32_t row = 0; row < height; row++) {
      for (int32_t column = 0; column < width; column++) {
        if ((size_t)(p - code.at) + most > room) return 0;
        *start++ = (uint32_t)(p - code.at);
        p = put_pooled(p, m, synapse, row, column, first, smaller(CODE_STEPS, steps - first));
      }
    }
  }
  code.used = (size_t)(p - code.at);
  const uint32_t offset = (uint32_t)at;
  memcpy(m + synapse + SYNAPSE_CODE, &offset, 4);
  return 1;
}

INLINE int is_compiled(const uint8_t *m, uint32_t synapse) { return field(m, synapse, SYNAPSE_CODE) != 0; }

/* Adds what some taps of a kernel row read, to some rows of sums of a place. */
static void add_through_code(uint8_t *m, uint32_t synapse, const struct taps *taps, struct window k, int32_t steps,
                             const uint8_t *weights, uint8_t *sums) {
  static const float one = 1;
  const int32_t height = field(m, synapse, SYNAPSE_POOLED_HEIGHT), width = field(m, synapse, SYNAPSE_POOLED_WIDTH);
  const uint32_t *start = (const uint32_t *)(code.at + field(m, synapse, SYNAPSE_CODE)) + (k.top + taps->row) * width +
                          k.left + k.first_column;
  const uint32_t pixels = (uint32_t)(k.end_column - k.first_column);
  for (; steps > 0; steps -= CODE_STEPS, start += height * width, sums += CODE_STEPS * 64)
    code.adders[smaller(CODE_STEPS, steps)](code.at + *start, weights, pixels, sums, &one);
}

#else
INLINE int is_compiled(const uint8_t *m, uint32_t synapse) {
  (void)m, (void)synapse;
  return 0;
}
#endif

/*
 * Makes ready the spikes that the synapses of a layer read and that nobody has listed: as code where it fits into the first
 * `room` bytes of the code memory of this thread, else as lists. `is_first`: nothing compiled before is needed any more.
 */
static void compile_spikes(uint8_t *m, uint32_t layer, uint32_t steps, uint32_t is_first, uint32_t room) {
  const int32_t count = field(m, layer, LAYER_SYNAPSE_COUNT);
#if COMPILES
  const int has_code = reserve_code(room);
  if (is_first) code.used = code.first;
#else
  (void)is_first, (void)room;
#endif
  for (int32_t k = 0; k < count; k++) {
    const uint32_t synapse = word_at(m, layer + LAYER_SYNAPSES) + k * SYNAPSE_BYTES;
    const uint32_t source = word_at(m, synapse + SYNAPSE_SOURCE_LAYER);
    if (field(m, synapse, SYNAPSE_COMPILED) == COMPILED_NOT) continue;
    memset(m + synapse + SYNAPSE_CODE, 0, 4);
#if COMPILES
    if (has_code && compile_synapse(m, synapse, (int32_t)steps, room)) continue;
#endif
    if (field(m, source, LAYER_IS_LISTED) == LISTED_CHANNELS) continue;
    list_spikes(m, source, steps, 0);
    const uint32_t listed = LISTED_CHANNELS;
    memcpy(m + source + LAYER_IS_LISTED, &listed, 4);
  }
}

#endif
