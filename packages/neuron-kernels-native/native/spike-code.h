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

typedef uint16_t lanes16 __attribute__((vector_size(32)));

/* Pixels that are counted together: what PLANES planes count. */
#define PIXELS_AT_ONCE 7
/* Bytes at most for a channel of one pixel: its row; all steps. And of some pixels counted together. */
#define FLOAT_CHANNEL_BYTES (10 + CODE_STEPS * ADDITION_BYTES)
#define INTEGER_CHANNEL_BYTES (10 + 2 * ADDITION_BYTES + PLANES * CODE_STEPS * ADDITION_BYTES)

/* Words of 16 channels whose spikes are gathered before code is made of them. */
#define WORDS_AT_ONCE 64

/* Some pixels of a source at some steps: their words of spikes, bytes from step to step. */
struct pixels {
  const uint8_t *words[PIXELS_AT_ONCE];
  int32_t count, steps;
  uint32_t apart;
};

/* Channels that spiked, each with the steps in which it did, as sets of bits: once, and for counts of pixels twice, four times. */
struct spiking {
  uint32_t channels[WORDS_AT_ONCE * 16], steps[PLANES][WORDS_AT_ONCE * 16];
  int32_t count;
};

/* A word of 16 channels at 16 steps at most; those beyond `steps` are 0. */
INLINE __m256i words_at(const uint8_t *at, int32_t steps, uint32_t apart) {
  uint16_t word[CODE_STEPS] = {0};
  if (steps == CODE_STEPS) {
    UNROLL for (int t = 0; t < CODE_STEPS; t++) memcpy(&word[t], at + t * apart, 2);
  } else {
    for (int32_t t = 0; t < steps; t++) memcpy(&word[t], at + t * apart, 2);
  }
  return (__m256i)(lanes16){word[0], word[1], word[2],  word[3],  word[4],  word[5],  word[6],  word[7],
                            word[8], word[9], word[10], word[11], word[12], word[13], word[14], word[15]};
}

/* Bit c of lane t becomes bit t of lane c: blocks of 8, 4, 2 and 1 lanes and bits change places. */
INLINE __m256i transpose(__m256i v) {
  const lanes16 lane = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  const uint16_t kept[4] = {0x00FF, 0x0F0F, 0x3333, 0x5555};
  UNROLL for (int i = 0; i < 4; i++) {
    const uint16_t d = (uint16_t)(8 >> i);
    const lanes16 is_high = (lanes16)((lane & d) != 0);
    const __m256i other = _mm256_permutexvar_epi16((__m256i)(lane ^ d), v);
    const __m256i left = _mm256_sllv_epi16(other, (__m256i)(d | (is_high & 16)));
    const __m256i right = _mm256_srlv_epi16(other, (__m256i)(d | (~is_high & 16)));
    const __m256i keep = (__m256i)(((lanes16){0} + kept[i]) ^ is_high);
    v = (__m256i)(((lanes16)v & (lanes16)keep) | (((lanes16)left | (lanes16)right) & ~(lanes16)keep));
  }
  return v;
}

/* Appends the channels of one word that spiked in some pixel, whose spikes are counted step by step. */
INLINE void gather_word(struct spiking *to, const struct pixels *s, int32_t word, const int is_counted) {
  __m256i ones = transpose(words_at(s->words[0] + word * 2, s->steps, s->apart));
  __m256i twos = _mm256_setzero_si256(), fours = twos;
  for (int32_t k = 1; is_counted && k < s->count; k++) {
    const __m256i spikes = transpose(words_at(s->words[k] + word * 2, s->steps, s->apart));
    const __m256i carry = _mm256_and_si256(ones, spikes);
    ones = _mm256_xor_si256(ones, spikes);
    fours = _mm256_or_si256(fours, _mm256_and_si256(twos, carry));
    twos = _mm256_xor_si256(twos, carry);
  }
  const __m256i any = _mm256_or_si256(ones, _mm256_or_si256(twos, fours));
  const __mmask16 channels = _mm256_test_epi16_mask(any, any);
  const __m512i numbers = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i own = _mm512_add_epi32(numbers, _mm512_set1_epi32(word * 16));
  _mm512_storeu_si512(to->channels + to->count, _mm512_maskz_compress_epi32(channels, own));
  const __m256i planes[PLANES] = {ones, twos, fours};
  for (int i = 0; i < (is_counted ? PLANES : 1); i++) {
    const __m512i sets = _mm512_cvtepu16_epi32(planes[i]);
    _mm512_storeu_si512(to->steps[i] + to->count, _mm512_maskz_compress_epi32(channels, sets));
  }
  to->count += __builtin_popcount(channels);
}

INLINE uint8_t *put_additions(uint8_t *p, const uint8_t (*q)[16][QUAD_BYTES], uint32_t steps) {
  UNROLL for (int i = 0; i < CODE_STEPS / 4; i++) {
    const uint32_t set = steps >> (4 * i) & 15;
    memcpy(p, q[i][set], QUAD_BYTES);
    p += ADDITION_BYTES * __builtin_popcount(set);
  }
  return p;
}

/* Doubles a row, once or twice, for what adds it so often. */
INLINE uint8_t *put_multiples(uint8_t *p, const struct code_memory *code, uint32_t twos, uint32_t fours) {
  if ((twos | fours) == 0) return p;
  p = put_integer_addition(p, ROW_REGISTER + 1, ROW_REGISTER, ROW_REGISTER);
  p = put_additions(p, code->integers[1], twos);
  if (fours == 0) return p;
  p = put_integer_addition(p, ROW_REGISTER + 2, ROW_REGISTER + 1, ROW_REGISTER + 1);
  return put_additions(p, code->integers[2], fours);
}

/* Code that adds the spikes of some pixels, whose weights lie `displacement` bytes from those of the kernel row. */
INLINE uint8_t *put_spiking(uint8_t *p, const struct code_memory *code, const struct spiking *s, int32_t displacement,
                            const int is_integer) {
  for (int32_t i = 0; i < s->count; i++) {
    p = put_load(p, ROW_REGISTER, RSI, displacement + (int32_t)s->channels[i] * 64);
    p = put_additions(p, is_integer ? code->integers[0] : code->floats, s->steps[0][i]);
    if (is_integer) p = put_multiples(p, code, s->steps[1][i], s->steps[2][i]);
  }
  return p;
}

static uint8_t *put_pixels(uint8_t *p, const struct code_memory *code, const struct pixels *s, int32_t words,
                           int32_t displacement, int is_integer) {
  struct spiking spiking;
  for (int32_t first = 0; first < words; first += WORDS_AT_ONCE) {
    const int32_t end = smaller(words, first + WORDS_AT_ONCE);
    spiking.count = 0;
    if (is_integer) {
      for (int32_t word = first; word < end; word++) gather_word(&spiking, s, word, 1);
      p = put_spiking(p, code, &spiking, displacement, 1);
    } else {
      for (int32_t word = first; word < end; word++) gather_word(&spiking, s, word, 0);
      p = put_spiking(p, code, &spiking, displacement, 0);
    }
  }
  return p;
}

/* Code that adds the spikes of all pixels that a synapse pools into one, at the steps from `first` on. */
static uint8_t *put_pooled(uint8_t *p, const struct code_memory *code, const uint8_t *m, uint32_t synapse, int32_t row,
                           int32_t column, int32_t first, int32_t steps) {
  const int is_integer = field(m, synapse, SYNAPSE_COMPILED) == COMPILED_INTEGERS;
  const int32_t width = field(m, synapse, SYNAPSE_SOURCE_WIDTH), apart = field(m, synapse, SYNAPSE_STEP_STRIDE);
  const uint8_t *source = m + word_at(m, synapse + SYNAPSE_SOURCE) + first * apart;
  const int32_t displacement = column * field(m, synapse, SYNAPSE_TAP_STRIDE);
  const int32_t words = field(m, synapse, SYNAPSE_WIDTH);
  struct pixels s = {.count = 0, .steps = steps, .apart = (uint32_t)apart};
  const struct window w = pool_at(m, synapse, row, column);
  for (int32_t y = w.top + w.first_row; y < w.top + w.end_row; y++) {
    for (int32_t x = w.left + w.first_column; x < w.left + w.end_column; x++) {
      s.words[s.count++] = source + (y * width + x) * field(m, synapse, SYNAPSE_PLACE_STRIDE);
      if (is_integer && s.count < PIXELS_AT_ONCE) continue;
      p = put_pixels(p, code, &s, words, displacement, is_integer);
      s.count = 0;
    }
  }
  if (s.count > 0) p = put_pixels(p, code, &s, words, displacement, is_integer);
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
static int compile_synapse(struct code_memory *code, uint8_t *m, uint32_t synapse, int32_t steps, size_t room) {
  const int32_t height = field(m, synapse, SYNAPSE_POOLED_HEIGHT), width = field(m, synapse, SYNAPSE_POOLED_WIDTH);
  const size_t at = (code->used + 63) & ~(size_t)63, most = most_bytes(m, synapse);
  const size_t pixels = (size_t)((steps + CODE_STEPS - 1) / CODE_STEPS) * height * width;
  if (at + pixels * 4 > room) return 0;
  uint32_t *start = (uint32_t *)(code->at + at);
  uint8_t *p = code->at + at + pixels * 4;
  for (int32_t first = 0; first < steps; first += CODE_STEPS) {
    for (int32_t row = 0; row < height; row++) {
      for (int32_t column = 0; column < width; column++) {
        if ((size_t)(p - code->at) + most > room) return 0;
        *start++ = (uint32_t)(p - code->at);
        p = put_pooled(p, code, m, synapse, row, column, first, smaller(CODE_STEPS, steps - first));
      }
    }
  }
  code->used = (size_t)(p - code->at);
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
  const struct code_memory *own = &code;
  const uint32_t *start = (const uint32_t *)(own->at + field(m, synapse, SYNAPSE_CODE)) + (k.top + taps->row) * width +
                          k.left + k.first_column;
  const uint32_t pixels = (uint32_t)(k.end_column - k.first_column);
  for (; steps > 0; steps -= CODE_STEPS, start += height * width, sums += CODE_STEPS * 64)
    own->adders[smaller(CODE_STEPS, steps)](own->at + *start, weights, pixels, sums, &one);
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
    if (has_code && compile_synapse(&code, m, synapse, (int32_t)steps, room)) continue;
#endif
    if (field(m, source, LAYER_IS_LISTED) == LISTED_CHANNELS) continue;
    list_spikes(m, source, steps, 0);
    const uint32_t listed = LISTED_CHANNELS;
    memcpy(m + source + LAYER_IS_LISTED, &listed, 4);
  }
}

#endif
