/*
 * Vectors of floats of the instruction set that the compiler was told: 16 channels are VECTORS of them.
 * Additions and products round one by one; nothing here may be contracted or reordered (-ffp-contract=off).
 */
#ifndef OPI_VECTORS_H
#define OPI_VECTORS_H

#include <stdint.h>
#include <string.h>

#if defined(__AVX512F__)
#define LANES 16
#elif defined(__AVX2__)
#define LANES 8
#else
#define LANES 4
#endif
#define VECTORS (16 / LANES)

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

typedef float vec __attribute__((vector_size(LANES * 4)));
typedef int32_t ivec __attribute__((vector_size(LANES * 4)));

INLINE vec load(const void *at) {
  vec v;
  memcpy(&v, at, sizeof v);
  return v;
}

INLINE void store(void *at, vec v) { memcpy(at, &v, sizeof v); }

/*
 * integrate: one step of LANES neurons: v = v + s; a bit for each v ≥ theta; there v = (v − theta) & keep. The comparison is
 * ordered: NaN never spikes. sign_bits: the sign bit of each lane.
 */
#if defined(__AVX512F__)
#include <immintrin.h>
INLINE uint32_t integrate(vec *v, vec s, vec theta, ivec keep) {
  __m512 u = (__m512)(*v + s);
  __mmask16 spikes = _mm512_cmp_ps_mask(u, (__m512)theta, _CMP_GE_OQ);
  __m512i left = _mm512_and_si512((__m512i)(u - (__m512)theta), (__m512i)keep);
  *v = (vec)_mm512_mask_mov_ps(u, spikes, (__m512)left);
  return spikes;
}
INLINE uint32_t sign_bits(ivec v) { return _mm512_movepi32_mask((__m512i)v); }
#elif defined(__AVX2__)
#include <immintrin.h>
INLINE uint32_t integrate(vec *v, vec s, vec theta, ivec keep) {
  __m256 u = (__m256)(*v + s);
  __m256 spikes = _mm256_cmp_ps(u, (__m256)theta, _CMP_GE_OQ);
  __m256 left = (__m256)((ivec)(u - (__m256)theta) & keep);
  *v = (vec)_mm256_blendv_ps(u, left, spikes);
  return (uint32_t)_mm256_movemask_ps(spikes);
}
INLINE uint32_t sign_bits(ivec v) { return (uint32_t)_mm256_movemask_ps((__m256)v); }
#elif defined(__SSE4_1__)
#include <immintrin.h>
INLINE uint32_t integrate(vec *v, vec s, vec theta, ivec keep) {
  __m128 u = (__m128)(*v + s);
  __m128 spikes = _mm_cmpge_ps(u, (__m128)theta);
  __m128 left = (__m128)((ivec)(u - (__m128)theta) & keep);
  *v = (vec)_mm_blendv_ps(u, left, spikes);
  return (uint32_t)_mm_movemask_ps(spikes);
}
INLINE uint32_t sign_bits(ivec v) { return (uint32_t)_mm_movemask_ps((__m128)v); }
#elif defined(__ARM_NEON)
#include <arm_neon.h>
INLINE uint32_t integrate(vec *v, vec s, vec theta, ivec keep) {
  float32x4_t u = (float32x4_t)(*v + s);
  uint32x4_t spikes = vcgeq_f32(u, (float32x4_t)theta);
  uint32x4_t left = vandq_u32((uint32x4_t)(u - (float32x4_t)theta), (uint32x4_t)keep);
  *v = (vec)vbslq_f32(spikes, (float32x4_t)left, u);
  return vaddvq_u32(vandq_u32(spikes, (uint32x4_t){1, 2, 4, 8}));
}
INLINE uint32_t sign_bits(ivec v) { return vaddvq_u32(vandq_u32((uint32x4_t)v, (uint32x4_t){1, 2, 4, 8})); }
#else
#error "no vectors for this instruction set"
#endif

#endif
