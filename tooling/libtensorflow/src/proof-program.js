// @ts-check
/**
 * Run as its own process: node proof-program.js PACKAGE_FOLDER. Loads tfjs-node, convolves, takes the gradient, compares
 * with values worked out by hand, and prints one line of JSON. A process of its own, because a broken native library can
 * end it without a word.
 */
import { createRequire } from 'node:module';

const X = [1, 2, 3, 4, 5, 6, 7, 8, 9]; // [1, 3, 3, 1]
const W = [1, 2, 3, 4]; // [2, 2, 1, 1]
/**
 * y[p, q] = Σ x[p + i, q + j] · w[i, j], for example y[0, 0] = 1·1 + 2·2 + 4·3 + 5·4. With the loss Σ g · y and g = w:
 * ∂/∂w[i, j] = Σ g[p, q] · x[p + i, q + j], which is y again; ∂/∂x[a, b] = Σ g[p, q] · w[a − p, b − q].
 */
const EXPECTED = {
  convolution: [37, 47, 67, 77],
  'gradient of the input': [1, 4, 4, 6, 20, 16, 9, 24, 16],
  'gradient of the filter': [37, 47, 67, 77],
};

const require = createRequire(import.meta.url);
/** @type {Record<string, unknown>} */
const util = require('node:util');
// Node 23 dropped what tfjs-node 4.22 calls.
util['isNullOrUndefined'] ??= (/** @type {unknown} */ value) => value === null || value === undefined;

const folder = process.argv[2] ?? '.';
const tf = require(folder);
const x = tf.tensor4d(X, [1, 3, 3, 1]);
const w = tf.tensor4d(W, [2, 2, 1, 1]);
const g = tf.tensor4d(W, [1, 2, 2, 1]);
const convolve = (/** @type {unknown} */ a, /** @type {unknown} */ b) => tf.conv2d(a, b, 1, 'valid');
const [dx, dw] = tf.grads(convolve)([x, w], g);
const results = [convolve(x, w), dx, dw];
const wrong = Object.entries(EXPECTED).flatMap(([name, expected], k) => {
  const actual = [...results[k].dataSync()];
  return String(actual) === String(expected)
    ? []
    : [`${name}: expected ${String(expected)}, got ${String(actual)}`];
});
const tensorflow = tf.backend().binding?.TF_Version;
process.stdout.write(`\n${JSON.stringify({ backend: tf.getBackend(), wrong, tensorflow })}\n`);
