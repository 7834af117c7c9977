/*
 * The Node-API side. Exports
 *
 *   descriptor        { NAME: value } of descriptor.h
 *   instructionSets   names of those that this processor has, the fastest first
 *   kernels(name)     the kernels of one; the first argument of each is a Uint8Array over the whole memory, the others
 *                     are unsigned 32-bit integers
 */
#include <node_api.h>
#include <stdbool.h>
#include <string.h>

#include "descriptor.h"
#include "kernels.h"

struct choice {
  const struct kernels *kernels;
  bool is_supported;
};

/* What was compiled in, the fastest first. */
#define CHOICES 3
static int list_choices(struct choice *choices) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  choices[0] = (struct choice){&kernels_avx512, __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                                                    __builtin_cpu_supports("avx512dq") &&
                                                    __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("bmi2")};
  choices[1] = (struct choice){&kernels_avx2, __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")};
  choices[2] = (struct choice){&kernels_sse42, __builtin_cpu_supports("sse4.2") && __builtin_cpu_supports("popcnt")};
  return 3;
#elif defined(__aarch64__)
  choices[0] = (struct choice){&kernels_neon, true};
  return 1;
#else
#error "neuron-kernels-native supports x86-64 and arm64"
#endif
}

static napi_value fail(napi_env env, const char *message) {
  napi_throw_type_error(env, NULL, message);
  return NULL;
}

#define MOST_NUMBERS 7

/* The memory, and `count` numbers after it; false with an exception pending if the arguments are others. */
static bool read_arguments(napi_env env, napi_callback_info info, size_t count, uint8_t **memory, uint32_t *numbers,
                           const struct kernels **kernels) {
  napi_value values[1 + MOST_NUMBERS];
  size_t given = 1 + MOST_NUMBERS, bytes;
  napi_typedarray_type type;
  void *data, *first;
  bool is_good = napi_get_cb_info(env, info, &given, values, NULL, &data) == napi_ok && given == count + 1 &&
                 napi_get_typedarray_info(env, values[0], &type, &bytes, &first, NULL, NULL) == napi_ok &&
                 type == napi_uint8_array;
  for (size_t i = 0; is_good && i < count; i++)
    is_good = napi_get_value_uint32(env, values[1 + i], &numbers[i]) == napi_ok;
  if (!is_good) {
    fail(env, "kernel: its arguments must be a Uint8Array and its numbers");
    return false;
  }
  *memory = first;
  *kernels = data;
  return true;
}

#define KERNEL(function, count, call)                                                 \
  static napi_value function(napi_env env, napi_callback_info info) {                 \
    uint8_t *m;                                                                       \
    uint32_t n[MOST_NUMBERS];                                                         \
    const struct kernels *k;                                                          \
    if (read_arguments(env, info, count, &m, n, &k)) k->call;                         \
    return NULL;                                                                      \
  }

KERNEL(constant_current, 2, constant_current(m, n[0], n[1]))
KERNEL(run_layer, 7, run_layer(m, n[0], n[1], n[2], n[3], n[4], n[5], n[6]))
KERNEL(round_currents, 2, round_currents(m, n[0], n[1]))
KERNEL(run_int16_layer, 7, run_int16_layer(m, n[0], n[1], n[2], n[3], n[4], n[5], n[6]))
KERNEL(list_spikes, 3, list_spikes(m, n[0], n[1], n[2]))
KERNEL(compile_spikes, 4, compile_spikes(m, n[0], n[1], n[2], n[3]))
KERNEL(count_by_class, 4, count_by_class(m, n[0], n[1], n[2], n[3]))
KERNEL(count_by_neuron, 4, count_by_neuron(m, n[0], n[1], n[2], n[3]))

static bool set_function(napi_env env, napi_value object, const char *name, napi_callback callback, const void *data) {
  napi_value value;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, (void *)data, &value) == napi_ok &&
         napi_set_named_property(env, object, name, value) == napi_ok;
}

static napi_value kernels_by_name(napi_env env, napi_callback_info info) {
  napi_value argument, object;
  size_t given = 1;
  char name[16] = "";
  if (napi_get_cb_info(env, info, &given, &argument, NULL, NULL) != napi_ok || given != 1 ||
      napi_get_value_string_utf8(env, argument, name, sizeof name, NULL) != napi_ok)
    return fail(env, "kernels: name must be a string");
  struct choice choices[CHOICES];
  const int count = list_choices(choices);
  for (int i = 0; i < count; i++) {
    const struct kernels *k = choices[i].kernels;
    if (!choices[i].is_supported || strcmp(k->name, name) != 0) continue;
    const bool is_made = napi_create_object(env, &object) == napi_ok &&
                         set_function(env, object, "constantCurrent", constant_current, k) &&
                         set_function(env, object, "runLayer", run_layer, k) &&
                         set_function(env, object, "roundCurrents", round_currents, k) &&
                         set_function(env, object, "runInt16Layer", run_int16_layer, k) &&
                         set_function(env, object, "listSpikes", list_spikes, k) &&
                         set_function(env, object, "compileSpikes", compile_spikes, k) &&
                         set_function(env, object, "countByClass", count_by_class, k) &&
                         set_function(env, object, "countByNeuron", count_by_neuron, k);
    return is_made ? object : NULL;
  }
  return fail(env, "kernels: name must be one of instructionSets");
}

/* A thread that ends gives back its code memory. */
static void release_all(void *unused) {
  (void)unused;
  struct choice choices[CHOICES];
  const int count = list_choices(choices);
  for (int i = 0; i < count; i++) choices[i].kernels->release_code();
}

static bool set_number(napi_env env, napi_value object, const char *name, uint32_t number) {
  napi_value value;
  return napi_create_uint32(env, number, &value) == napi_ok &&
         napi_set_named_property(env, object, name, value) == napi_ok;
}

static napi_value initialise(napi_env env, napi_value exports) {
  napi_value descriptor, sets;
  bool is_made = napi_create_object(env, &descriptor) == napi_ok && napi_create_array(env, &sets) == napi_ok;
#define X(name, value) is_made = is_made && set_number(env, descriptor, #name, value);
  DESCRIPTOR_CONSTANTS(X)
#undef X
  struct choice choices[CHOICES];
  const int count = list_choices(choices);
  uint32_t supported = 0;
  for (int i = 0; i < count; i++) {
    napi_value name;
    if (!choices[i].is_supported) continue;
    is_made = is_made &&
              napi_create_string_utf8(env, choices[i].kernels->name, NAPI_AUTO_LENGTH, &name) == napi_ok &&
              napi_set_element(env, sets, supported++, name) == napi_ok;
  }
  is_made = is_made && napi_set_named_property(env, exports, "descriptor", descriptor) == napi_ok &&
            napi_set_named_property(env, exports, "instructionSets", sets) == napi_ok &&
            set_function(env, exports, "kernels", kernels_by_name, NULL) &&
            napi_add_env_cleanup_hook(env, release_all, NULL) == napi_ok;
  return is_made ? exports : NULL;
}

NAPI_MODULE_INIT() { return initialise(env, exports); }
