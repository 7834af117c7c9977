import { z } from 'zod';
import type { IntegrateAndFireNode, JsonValue, NetworkDescription, NetworkNode } from './description.js';

const name = z.string().min(1);
const positiveInteger = z.int().positive();
const pair = z.tuple([positiveInteger, positiveInteger]);
const border = z.int().nonnegative();
const padding = z.strictObject({ top: border, bottom: border, left: border, right: border });
const one = z.tuple([name]);

const initialPotential: z.ZodType<IntegrateAndFireNode['initialPotential']> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('fraction'), fraction: z.number() }),
  z
    .strictObject({ kind: z.literal('uniform'), low: z.number(), high: z.number() })
    .refine(({ low, high }) => low <= high, { error: 'low must not exceed high' }),
  z.strictObject({
    kind: z.literal('normal'),
    mean: z.number(),
    standardDeviation: z.number().nonnegative(),
  }),
  z.strictObject({ kind: z.literal('tensor') }),
]);

const emission: z.ZodType<NonNullable<IntegrateAndFireNode['emission']>> = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('signed') }),
  z.strictObject({ kind: z.literal('group'), members: z.int().min(1).max(255) }),
  z.strictObject({ kind: z.literal('temporal-switch') }),
]);

function withoutAttributes<Op extends 'global-average-pool' | 'flatten' | 'relu' | 'clip' | 'rate-norm'>(
  op: Op,
): z.ZodObject<{ op: z.ZodLiteral<Op>; name: typeof name; inputs: typeof one }, z.core.$strict> {
  return z.strictObject({ op: z.literal(op), name, inputs: one });
}

/**
 * One node, attributes in range; nothing about its neighbours. Unknown keys are refused: a key that a later
 * version gives a meaning must not be overlooked.
 *
 * @internal
 */
export const networkNodeSchema: z.ZodType<NetworkNode> = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('input'),
    name,
    inputs: z.tuple([]),
    shape: z.tuple([positiveInteger, positiveInteger, positiveInteger]),
  }),
  z.strictObject({
    op: z.literal('conv2d'),
    name,
    inputs: one,
    kernelSize: pair,
    filters: positiveInteger,
    strides: pair,
    padding,
    bias: z.boolean(),
  }),
  z.strictObject({ op: z.literal('dense'), name, inputs: one, units: positiveInteger, bias: z.boolean() }),
  z.strictObject({ op: z.literal('batch-norm'), name, inputs: one, epsilon: z.number().nonnegative() }),
  z.strictObject({ op: z.literal('add'), name, inputs: z.array(name).min(2) }),
  z.strictObject({
    op: z.enum(['average-pool', 'max-pool']),
    name,
    inputs: one,
    size: pair,
    strides: pair,
    padding,
  }),
  withoutAttributes('global-average-pool'),
  withoutAttributes('flatten'),
  withoutAttributes('relu'),
  withoutAttributes('clip'),
  withoutAttributes('rate-norm'),
  z.strictObject({ op: z.literal('qcfs'), name, inputs: one, levels: positiveInteger }),
  z
    .strictObject({
      op: z.literal('integrate-and-fire'),
      name,
      inputs: one,
      reset: z.enum(['subtraction', 'zero']),
      emission: z.exactOptional(emission),
      initialPotential,
    })
    .refine(({ reset, emission: sent }) => sent === undefined || reset === 'subtraction', {
      error: 'signed, group and temporal-switch neurons are reset by subtraction',
    }),
]);

const json: z.ZodType<JsonValue> = z.json();

/**
 * A description whose nodes are not yet looked at, so that problems of every node can be reported together.
 *
 * @internal
 */
export const descriptionShellSchema: z.ZodType<Omit<NetworkDescription, 'nodes'> & { nodes: unknown[] }> =
  z.strictObject({
    format: z.literal('opi-snn-network'),
    formatVersion: z.literal(1),
    name: z.string(),
    nodes: z.array(z.unknown()),
    output: name,
    preprocessing: z.exactOptional(
      z.strictObject({ mean: z.array(z.number()), standardDeviation: z.array(z.number().positive()) }),
    ),
    classes: z.exactOptional(z.array(z.string())),
    provenance: z.exactOptional(z.record(z.string(), json)),
  });
