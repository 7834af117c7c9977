import type * as Tensorflow from '@tensorflow/tfjs';
import type { Tensor } from '@tensorflow/tfjs';

/** What tfjs-node's backend offers beyond the kernels of TensorFlow.js: any operation of TensorFlow by its name. */
interface NativeBackend {
  executeMultipleOutputs(
    name: string,
    attributes: readonly object[],
    inputs: Tensor[],
    outputs: number,
  ): Tensor[];
}

/**
 * Runs one TensorFlow operation; only with the tensorflow backend.
 *
 * @param outputs how many tensors it returns
 * @internal
 */
export function executeNative(
  tf: typeof Tensorflow,
  operation: { readonly name: string; readonly attributes: readonly object[]; readonly outputs: number },
  inputs: Tensor[],
): Tensor[] {
  const backend = tf.backend() as unknown as NativeBackend;
  return backend.executeMultipleOutputs(operation.name, operation.attributes, inputs, operation.outputs);
}

// TF_DataType and TF_AttrType values of the C API that tfjs-node's binding takes.
const FLOAT = 1;
const ATTRIBUTE = { string: 0, integer: 1, float: 2, boolean: 3, type: 4 } as const;

/** An attribute of the kind "element type", set to float32. @internal */
export function floatType(name: string): object {
  return { name, type: ATTRIBUTE.type, value: FLOAT };
}

/** @internal */
export function attribute(name: string, value: string | number | boolean): object {
  const kinds = { string: ATTRIBUTE.string, number: ATTRIBUTE.float, boolean: ATTRIBUTE.boolean };
  return { name, type: kinds[typeof value as 'string' | 'number' | 'boolean'], value };
}

/** An attribute that TensorFlow declares as an int; {@link attribute} makes a float of a number. @internal */
export function integerAttribute(name: string, value: number): object {
  return { name, type: ATTRIBUTE.integer, value };
}
