/* Spike bits as lists of rows of weights, and counted: assembly/lists.ts, counts.ts of neuron-kernels. */
#ifndef OPI_SPIKES_H
#define OPI_SPIKES_H

#include "connections.h"

INLINE void put(uint8_t *entry, uint32_t value) { memcpy(entry, &value, 4); }

/* One entry per group of eight channels that has spikes; written without a branch. */
INLINE uint8_t *list_groups(const uint8_t *word, int32_t blocks, uint32_t offset, uint8_t *entry) {
  for (int32_t block = 0; block < blocks; block++, word += 2, offset += TABLE_WORD_BYTES) {
    uint16_t mask;
    memcpy(&mask, word, 2);
    UNROLL for (int group = 0; group < 2; group++) {
      const uint32_t bits = (mask >> (8 * group)) & 255;
      put(entry, offset + group * TABLE_GROUP_BYTES + bits * 64);
      entry += bits != 0 ? 4 : 0;
    }
  }
  return entry;
}

/*
 * One entry per spike. With AVX-512 without a branch: the entries of the channels whose bits are set move together. Compressed
 * in a register, for the form that stores is slow on Zen 4.
 */
INLINE uint8_t *list_channels(const uint8_t *word, int32_t blocks, uint32_t offset, uint8_t *entry) {
  for (int32_t block = 0; block < blocks; block++, word += 2, offset += 16 * 64) {
    uint16_t half;
    memcpy(&half, word, 2);
#if LANES == 16
    const __m512i channels = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
    const __m512i entries = _mm512_add_epi32(_mm512_slli_epi32(channels, 6), _mm512_set1_epi32((int32_t)offset));
    _mm512_storeu_si512(entry, _mm512_maskz_compress_epi32(half, entries));
    entry += __builtin_popcount(half) * 4;
#else
    for (uint32_t mask = half; mask != 0; mask &= mask - 1, entry += 4)
      put(entry, offset + (uint32_t)__builtin_ctz(mask) * 64);
#endif
  }
  return entry;
}

static void list_spikes(uint8_t *m, uint32_t layer, uint32_t steps, uint32_t has_groups) {
  const int32_t height = field(m, layer, LAYER_HEIGHT), width = field(m, layer, LAYER_WIDTH);
  const int32_t blocks = field(m, layer, LAYER_BLOCKS), capacity = field(m, layer, LAYER_CAPACITY);
  const uint32_t tap_stride = word_at(m, layer + LAYER_TAP_STRIDE);
  const int32_t place_stride = capacity * blocks * 2;
  uint8_t *entry = m + word_at(m, layer + LAYER_LIST_ENTRIES);
  for (int32_t row = 0; row < height; row++) {
    for (int32_t t = 0; t < (int32_t)steps; t++) {
      uint8_t *start = m + word_at(m, layer + LAYER_LIST_STARTS) + (row * capacity + t) * (width + 1) * 4;
      const uint8_t *word = m + word_at(m, layer + LAYER_SPIKES) + row * width * place_stride + t * blocks * 2;
      for (int32_t column = 0; column < width; column++, start += 4, word += place_stride) {
        put(start, (uint32_t)(entry - m));
        entry = has_groups ? list_groups(word, blocks, column * tap_stride, entry)
                           : list_channels(word, blocks, column * tap_stride, entry);
      }
      put(start, (uint32_t)(entry - m));
    }
  }
}

#if LANES == 16
/* Adds the numbers of bits of 16 words: each is the sum of those of its four digits to the base of 16. */
INLINE void count_words(const uint16_t *word, uint32_t *target) {
  const __m256i bits = _mm256_broadcastsi128_si256(_mm_setr_epi8(0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4));
  const __m256i digit = _mm256_set1_epi8(15), words = _mm256_loadu_si256((const __m256i *)word);
  const __m256i low = _mm256_shuffle_epi8(bits, _mm256_and_si256(words, digit));
  const __m256i high = _mm256_shuffle_epi8(bits, _mm256_and_si256(_mm256_srli_epi16(words, 4), digit));
  const __m256i counts = _mm256_maddubs_epi16(_mm256_add_epi8(low, high), _mm256_set1_epi8(1));
  _mm512_storeu_si512(target, _mm512_add_epi32(_mm512_loadu_si512(target), _mm512_cvtepu16_epi32(counts)));
}
#endif

static void count_by_class(uint8_t *m, uint32_t layer, uint32_t steps, uint32_t classes, uint32_t counts) {
  const int32_t places = field(m, layer, LAYER_HEIGHT) * field(m, layer, LAYER_WIDTH);
  const int32_t blocks = field(m, layer, LAYER_BLOCKS);
  const int32_t words = (int32_t)steps * blocks;
  const uint8_t *place = m + word_at(m, layer + LAYER_SPIKES);
  for (int32_t i = 0; i < places; i++, place += field(m, layer, LAYER_CAPACITY) * blocks * 2) {
    const uint16_t *restrict word = (const uint16_t *)place;
    uint32_t *restrict target = (uint32_t *)(m + counts) + word_at(m, classes + i * 4) * words;
    int32_t j = 0;
#if LANES == 16
    for (; j + 16 <= words; j += 16) count_words(word + j, target + j);
#endif
    for (; j < words; j++) target[j] += (uint32_t)__builtin_popcount(word[j]);
  }
}

static void count_by_neuron(uint8_t *m, uint32_t layer, uint32_t first, uint32_t steps, uint32_t counts) {
  const int32_t places = field(m, layer, LAYER_HEIGHT) * field(m, layer, LAYER_WIDTH);
  const int32_t blocks = field(m, layer, LAYER_BLOCKS);
  const uint8_t *spikes = m + word_at(m, layer + LAYER_SPIKES) + first * blocks * 2;
  uint16_t *target = (uint16_t *)(m + counts);
  for (int32_t place = 0; place < places; place++, spikes += field(m, layer, LAYER_CAPACITY) * blocks * 2) {
    for (int32_t block = 0; block < blocks; block++, target += 16) {
      for (uint32_t t = 0; t < steps; t++) {
        uint16_t mask;
        memcpy(&mask, spikes + (t * blocks + block) * 2, 2);
        UNROLL for (int c = 0; c < 16; c++) target[c] += (mask >> c) & 1;
      }
    }
  }
}

#endif
