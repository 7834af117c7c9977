import { instantiateKernels } from '../wasm/load-kernels.js';
import type { FanOut } from './fan-out.js';

/** What the kernel adds for one synapse. */
export interface KernelRoute {
  /** [taps, channels, outputs]. */
  readonly weights: Float32Array;
  readonly fanOut: FanOut;
  readonly channels: number;
  readonly outputs: number;
  readonly group: number;
}

/** Addresses of a {@link KernelRoute} in the kernel's memory [bytes]. */
export interface PlacedRoute extends Pick<KernelRoute, 'channels' | 'outputs' | 'group'> {
  readonly visits: number;
  readonly weights: number;
  readonly pixels: number;
  readonly starts: number;
  readonly taps: number;
  readonly places: number;
}

interface Exports {
  readonly scatter: (...positions: readonly number[]) => void;
}

const PAGE_BYTES = 65_536;
/** Before it: room for the channels of a group. */
const FIRST_ADDRESS = 64;

/** `assembly/scatter.ts` with a memory of its own: weights stay there, spikes and currents are copied in and out. */
export class ScatterKernel {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports;
  #next = FIRST_ADDRESS;
  #values = 0;
  #currents = 0;

  static async create(module: WebAssembly.Module): Promise<ScatterKernel> {
    const memory = new WebAssembly.Memory({ initial: 1 });
    const exports = (await instantiateKernels(module, memory)) as unknown as Exports;
    return new ScatterKernel(memory, exports);
  }

  private constructor(memory: WebAssembly.Memory, exports: Exports) {
    this.#memory = memory;
    this.#exports = exports;
  }

  /** Copies a route into the memory. */
  place({ weights, fanOut, channels, outputs, group }: KernelRoute): PlacedRoute {
    const { pixels, starts, taps, places } = fanOut;
    return {
      channels,
      outputs,
      group,
      visits: pixels.length,
      weights: this.#copy(weights),
      pixels: this.#copy(pixels),
      starts: this.#copy(starts),
      taps: this.#copy(taps),
      places: this.#copy(places),
    };
  }

  /** Ends the placing: what follows in the memory serves every {@link add}. */
  freeze(): void {
    this.#values = this.#next;
  }

  /** s += what `values` send along the route; s is changed in place. */
  add(route: PlacedRoute, values: Float32Array, s: Float32Array): void {
    this.#currents = this.#values + aligned(values.byteLength);
    this.#require(this.#currents + s.byteLength);
    const floats = new Float32Array(this.#memory.buffer);
    floats.set(values, this.#values / 4);
    floats.set(s, this.#currents / 4);
    const { weights, visits, pixels, starts, taps, places, channels, outputs, group } = route;
    this.#exports.scatter(
      0,
      this.#currents,
      weights,
      this.#values,
      visits,
      pixels,
      starts,
      taps,
      places,
      channels,
      outputs,
      group,
    );
    s.set(floats.subarray(this.#currents / 4, this.#currents / 4 + s.length));
  }

  #copy(values: Float32Array | Int32Array): number {
    const address = this.#next;
    this.#next += aligned(values.byteLength);
    this.#require(this.#next);
    const Kind = values.constructor as typeof Float32Array | typeof Int32Array;
    new Kind(this.#memory.buffer).set(values, address / 4);
    return address;
  }

  #require(bytes: number): void {
    const missing = Math.ceil((bytes - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
  }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 16) * 16;
}
