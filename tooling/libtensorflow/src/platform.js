// @ts-check
import { open } from 'node:fs/promises';
import { SetupError } from './setup-error.js';

/** Processors that TensorFlow publishes Linux libraries for, with the machine number of their ELF headers. */
const ELF_MACHINES = Object.freeze({ x64: 62, arm64: 183 });

/** @typedef {keyof typeof ELF_MACHINES} Arch */

/**
 * Require Linux with glibc on x64 or arm64.
 *
 * @param {{ platform: string, arch: string, glibc: string | undefined }} [machine] what runs this; default: asked
 * @returns {Arch}
 */
export function requirePlatform(machine = thisMachine()) {
  const { platform, arch, glibc } = machine;
  const supported = platform === 'linux' && arch in ELF_MACHINES && glibc !== undefined;
  if (supported) return /** @type {Arch} */ (arch);
  const libc = platform === 'linux' && glibc === undefined ? ' without glibc (musl, Alpine)' : '';
  throw new SetupError(
    'wrong-platform',
    `TensorFlow publishes libraries for Linux with glibc on x64 and arm64; this is ${platform} ${arch}${libc}.`,
    'Training works here with the wasm backend, which needs no native library. For the native one use a Debian-like machine or container.',
  );
}

function thisMachine() {
  const report = /** @type {{ header?: { glibcVersionRuntime?: string } } | undefined} */ (
    process.report?.getReport()
  );
  return { platform: process.platform, arch: process.arch, glibc: report?.header?.glibcVersionRuntime };
}

/**
 * Require the first bytes of a shared library to be those of a 64-bit ELF file for this processor.
 *
 * @param {Uint8Array} head at least 20 bytes
 * @param {string} name     shown in the failure
 * @param {Arch} arch
 */
export function requireElf(head, name, arch) {
  const elf = head.length >= 20 && Buffer.from(head.subarray(0, 4)).equals(Buffer.from('\x7fELF', 'latin1'));
  if (!elf) {
    throw new SetupError(
      'broken-library',
      `${name} is not a shared library (no ELF header).`,
      ANOTHER_SOURCE,
    );
  }
  const machine = Buffer.from(head).readUInt16LE(18);
  if (machine === ELF_MACHINES[arch] && head[4] === 2) return;
  const known = Object.entries(ELF_MACHINES).find(([, number]) => number === machine);
  throw new SetupError(
    'wrong-platform',
    `${name} is for ${known?.[0] ?? `ELF machine ${machine}`}, this machine is ${arch}.`,
    ANOTHER_SOURCE,
  );
}

const ANOTHER_SOURCE =
  'Give a TensorFlow wheel for Linux and this processor with --from, or leave --from out to have the right one downloaded.';

/**
 * {@link requireElf} for a file on disk.
 *
 * @param {string} file
 * @param {Arch} arch
 */
export async function requireElfFile(file, arch) {
  const handle = await open(file, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(20), 0, 20, 0);
    requireElf(buffer.subarray(0, bytesRead), file, arch);
  } finally {
    await handle.close();
  }
}
