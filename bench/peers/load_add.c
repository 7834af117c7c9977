/* What one core reaches when it does nothing but load rows of 16 floats and add them: the limit of an event-driven
 * simulation, which adds one row of weights per spike. Prints additions per second of processor time, in 10^9, for rows in
 * the first-level cache and for rows that only the second level holds.
 *   cc -O3 -march=native load_add.c -o load_add && ./load_add
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#define CHANNELS 16
#define ROWS_AT_ONCE 4

/* Adds all rows into 4 x 16 accumulators, as many as keep the adders busy whatever their latency. */
static void add_rows(const float *rows, size_t count, float *restrict sums) {
  float a[ROWS_AT_ONCE][CHANNELS] = {{0}};
  for (size_t row = 0; row < count; row += ROWS_AT_ONCE)
    for (int i = 0; i < ROWS_AT_ONCE; i++)
      for (int c = 0; c < CHANNELS; c++) a[i][c] += rows[(row + i) * CHANNELS + c];
  for (int c = 0; c < CHANNELS; c++) sums[c] += (a[0][c] + a[1][c]) + (a[2][c] + a[3][c]);
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return now.tv_sec + 1e-9 * now.tv_nsec;
}

/* Best of many repetitions: other programs can only slow one down. */
static double billion_additions(size_t bytes) {
  size_t count = bytes / (CHANNELS * sizeof(float));
  float *rows = aligned_alloc(64, bytes);
  float sums[CHANNELS] = {0};
  for (size_t i = 0; i < count * CHANNELS; i++) rows[i] = 1e-6f * (float)(i % 7);
  size_t repeats = 200000000 / (count * CHANNELS) + 1;
  double best = 0;
  for (int trial = 0; trial < 15; trial++) {
    double begun = seconds();
    for (size_t i = 0; i < repeats; i++) add_rows(rows, count, sums);
    double rate = 1e-9 * (double)(repeats * count * CHANNELS) / (seconds() - begun);
    if (rate > best) best = rate;
  }
  /* Every sum is used: the compiler would leave out the channels of the others. */
  float total = 0;
  for (int c = 0; c < CHANNELS; c++) total += sums[c];
  if (total != total) abort();
  free(rows);
  return best;
}

int main(void) {
  printf("{\"level1\": %.2f, \"level2\": %.2f}\n", billion_additions(16384), billion_additions(262144));
  return 0;
}
