/*
 * Machine code made at run time: memory to execute, and the few instructions of AVX-512 that spike-code.h needs. Only where
 * the processor has AVX-512 and the system is Linux; a system that refuses executable memory costs nothing but speed.
 */
#ifndef OPI_CODE_MEMORY_H
#define OPI_CODE_MEMORY_H

#include "vectors.h"

#if LANES == 16 && defined(__linux__)
#define COMPILES 1
#include <sys/mman.h>

/* Steps whose sums fit the registers zmm0 to zmm15. */
#define CODE_STEPS 16
/* Registers of what is added: the row of weights, twice and four times it, and 1.0 in every lane. */
#define ROW_REGISTER 16
#define ONE_REGISTER 31
/* Planes of a count of spikes: ones, twos, fours. */
#define PLANES 3
/* Bytes of an addition, and those copied for the additions of four steps. */
#define ADDITION_BYTES 6
#define QUAD_BYTES 32

/* Additions of one plane to the sums of four steps, [quad][set of steps]. */
typedef uint8_t quads[CODE_STEPS / 4][16][QUAD_BYTES];

/* Runs code: `sums` are those of some steps, 64 bytes each; see put_adder. */
typedef void (*adder)(const uint8_t *code, const uint8_t *weights, uint32_t pixels, uint8_t *sums, const float *one);

/* The code memory of a thread. */
struct code_memory {
  uint8_t *at;
  size_t bytes, used;
  /* Where what spikes become begins, after the adders: one for each number of steps. */
  size_t first;
  adder adders[CODE_STEPS + 1];
  quads floats, integers[PLANES];
};

static __thread struct code_memory code;

enum { MAP_0F = 1, MAP_0F38 = 2 };
enum { NO_PREFIX = 0, PREFIX_66 = 1 };

/*
 * One instruction of 512-bit registers without a mask (Intel's manual, volume 2, "EVEX"): opcode, destination or stored
 * register, first source, second source, which is a register or [base + displacement that follows].
 */
static uint8_t *put_evex(uint8_t *p, int map, int prefix, int opcode, int reg, int first, int second, int is_memory) {
  const int x = is_memory ? 0 : (second >> 4) & 1;
  *p++ = 0x62;
  *p++ = (uint8_t)((~reg & 8) << 4 | (x ^ 1) << 6 | (~second & 8) << 2 | (~reg & 16) | map);
  *p++ = (uint8_t)((~first & 15) << 3 | 4 | prefix);
  *p++ = (uint8_t)(0x40 | (~first & 16) >> 1);
  *p++ = (uint8_t)opcode;
  *p++ = (uint8_t)((is_memory ? 0x80 : 0xC0) | (reg & 7) << 3 | (second & 7));
  return p;
}

static uint8_t *put_word(uint8_t *p, int32_t value) {
  memcpy(p, &value, 4);
  return p + 4;
}

enum { RCX = 1, RSI = 6, R8 = 8 };

/* zmm = [base + displacement], or the other way round. */
static uint8_t *put_load(uint8_t *p, int reg, int base, int32_t displacement) {
  return put_word(put_evex(p, MAP_0F, NO_PREFIX, 0x10, reg, 0, base, 1), displacement);
}

static uint8_t *put_store(uint8_t *p, int reg, int base, int32_t displacement) {
  return put_word(put_evex(p, MAP_0F, NO_PREFIX, 0x11, reg, 0, base, 1), displacement);
}

/*
 * sum = sum + row. Of floats every other sum takes row · 1 + sum, which rounds once and gives the same bits, but runs in
 * units that additions leave idle.
 */
static uint8_t *put_float_addition(uint8_t *p, int sum) {
  if (sum % 2 == 0) return put_evex(p, MAP_0F, NO_PREFIX, 0x58, sum, sum, ROW_REGISTER, 0);
  return put_evex(p, MAP_0F38, PREFIX_66, 0xB8, sum, ONE_REGISTER, ROW_REGISTER, 0);
}

static uint8_t *put_integer_addition(uint8_t *p, int sum, int first, int second) {
  return put_evex(p, MAP_0F, PREFIX_66, 0xFD, sum, first, second, 0);
}

static void fill_quads(quads q, int plane, int is_integer) {
  for (int quad = 0; quad < CODE_STEPS / 4; quad++) {
    for (int set = 0; set < 16; set++) {
      uint8_t *p = q[quad][set];
      for (int i = 0; i < 4; i++) {
        const int sum = 4 * quad + i;
        if ((set >> i & 1) == 0) continue;
        p = is_integer ? put_integer_addition(p, sum, sum, ROW_REGISTER + plane) : put_float_addition(p, sum);
      }
    }
  }
}

/* adder: loads the sums of `steps` steps, calls the code, stores them. */
static uint8_t *put_adder(uint8_t *p, int steps) {
  for (int t = 0; t < steps; t++) p = put_load(p, t, RCX, t * 64);
  /* vbroadcastss zmm31, [r8] */
  p = put_word(put_evex(p, MAP_0F38, PREFIX_66, 0x18, ONE_REGISTER, 0, R8, 1), 0);
  /* call rdi */
  *p++ = 0xFF, *p++ = 0xD7;
  for (int t = 0; t < steps; t++) p = put_store(p, t, RCX, t * 64);
  *p++ = 0xC3;
  return p;
}

static void release_code(void) {
  if (code.at) munmap(code.at, code.bytes);
  code.at = 0;
}

/* Makes sure that there are `bytes` of code memory, the adders among them; 0 if the system refuses. */
static int reserve_code(size_t bytes) {
  if (code.at && code.bytes >= bytes) return 1;
  release_code();
  void *at = mmap(0, bytes, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (at == MAP_FAILED) return 0;
  code.at = at;
  code.bytes = bytes;
  uint8_t *p = code.at;
  for (int steps = 1; steps <= CODE_STEPS; steps++) {
    memcpy(&code.adders[steps], &p, sizeof p);
    p = put_adder(p, steps);
  }
  code.first = (size_t)(p - code.at);
  fill_quads(code.floats, 0, 0);
  for (int plane = 0; plane < PLANES; plane++) fill_quads(code.integers[plane], plane, 1);
  return 1;
}

#else
#define COMPILES 0
static void release_code(void) {}
#endif
#endif
