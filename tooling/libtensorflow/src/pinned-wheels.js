// @ts-check

/** Version of TensorFlow whose library is used unless another is given: the last one that tfjs-node 4.22 was tried with. */
export const TENSORFLOW_VERSION = '2.15.1';

/**
 * A wheel on the Python package index. Every wheel of a version holds the same libraries; the Python version matters only
 * for finding one that the index (or a mirror of it) has.
 *
 * @typedef {object} PinnedWheel
 * @property {string} project  name on the index
 * @property {string} file     file name
 * @property {string} python   Python version it is made for, as pip wants it
 * @property {string} platform platform tag, as pip wants it
 * @property {string} sha256   of the whole file, as the index states it
 */

/**
 * @param {string} project
 * @param {string} machine
 * @param {[python: string, sha256: string][]} hashes
 * @returns {PinnedWheel[]}
 */
const wheels = (project, machine, hashes) =>
  hashes.map(([python, sha256]) => {
    const tag = `cp${python.replace('.', '')}`;
    const platform = `manylinux_2_17_${machine}.manylinux2014_${machine}`;
    const file = `${project.replaceAll('-', '_')}-${TENSORFLOW_VERSION}-${tag}-${tag}-${platform}.whl`;
    return { project, file, python, platform: `manylinux2014_${machine}`, sha256 };
  });

/**
 * The wheels that are tried, in this order. `tensorflow-cpu` has no CUDA in it; on arm64 the index carries the library
 * under the name `tensorflow-cpu-aws` (the `tensorflow` wheel of that version is empty and only requires it).
 *
 * @type {Readonly<Record<import('./platform.js').Arch, readonly PinnedWheel[]>>}
 */
export const PINNED_WHEELS = {
  x64: wheels('tensorflow-cpu', 'x86_64', [
    ['3.11', '54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26'],
    ['3.10', 'ba9503db2c5357ea21938555323581fbdabf3d051b6bc1b5f73c5b0ae034d077'],
    ['3.9', '102b27b17e5f6023886b0cb07835af56cd135b845c1b92e597018ba77e54e480'],
  ]),
  arm64: wheels('tensorflow-cpu-aws', 'aarch64', [
    ['3.11', 'd4c3a3a9363bf42999adedbbd514e3a133be2d62f61fee9cfa46aaefb087c09e'],
    ['3.10', 'c781d95cb8c58d47cb012b7b4e77b2f3e8d4d47b45926bc54976506fa0c037cc'],
    ['3.9', 'e9a25f2b9da4740074fdd89bd2a4cf280a9d40b1d26a973ef079e6673c1bf7de'],
  ]),
};

/**
 * The SHA-256 that a wheel of this name must have, where it is known.
 *
 * @param {string} file name without folder
 */
export function knownSha256(file) {
  return Object.values(PINNED_WHEELS)
    .flat()
    .find((wheel) => wheel.file === file)?.sha256;
}
