/**
 * Records through which TypeScript tells the WebAssembly kernels what to compute. All fields are 32-bit integers; the
 * constants are byte offsets. This file is compiled into both sides.
 *
 * Output channels are computed in blocks of 16 (four vectors); a layer with another number of channels is padded with
 * channels that never spike. The spikes of a layer are bits: [place][step][block] of 16-bit words, bit c of a word =
 * channel 16 · block + c.
 */
export const BLOCK_CHANNELS = 16;

/** Rows of output places. */
export const LAYER_HEIGHT = 0;
export const LAYER_WIDTH = 4;
/** Blocks of 16 output channels. */
export const LAYER_BLOCKS = 8;
/** Address and number of synapse records that read spikes. */
export const LAYER_SYNAPSES = 12;
export const LAYER_SYNAPSE_COUNT = 16;
/** Address and number of synapse records that read the image. */
export const LAYER_ANALOG = 20;
export const LAYER_ANALOG_COUNT = 24;
/** Address of the bias, [blocks · 16]. */
export const LAYER_BIAS = 28;
/** Address of the constant current; bytes from one place to the next (0: the bias serves every place). */
export const LAYER_CURRENT = 32;
export const LAYER_CURRENT_STRIDE = 36;
/** Address of θ, [blocks · 16]; +∞ in padding. */
export const LAYER_THETA = 40;
/** −1 keeps u − θ after a spike, 0 clears it. */
export const LAYER_RESET_MASK = 44;
/** Address of the potentials, [place][blocks · 16]. */
export const LAYER_POTENTIALS = 48;
/** Address of the spike bits; steps for which each place has room. */
export const LAYER_SPIKES = 52;
export const LAYER_CAPACITY = 56;
/** Address of the bits of neurons that have fired, [place][blocks] of 16-bit words. */
export const LAYER_SEEN = 60;
/** Address of working memory for the connections of one place. */
export const LAYER_CONNECTIONS = 64;
/** 1 for the read-out. */
export const LAYER_IS_READ_OUT = 68;
/** One of the LISTED constants, for this piece of T; addresses of the entries, and of where each list starts. */
export const LAYER_IS_LISTED = 84;
export const LAYER_LIST_ENTRIES = 72;
export const LAYER_LIST_STARTS = 76;
/** Blocks of one place whose currents are in memory at once: as many as the widest registers hold. */
export const CURRENT_BLOCKS = 8;
/** Bytes that the currents of several places may take at once: what the second-level cache holds beside weights. */
export const CURRENT_BYTES = 131072;
/** Address of the currents of some places, [place][blocks at once][capacity][16], CURRENT_BYTES or one place. */
export const LAYER_CURRENTS = 80;
/** Bytes of the rows of weights that one place of this layer selects among, in the layers that read it. */
export const LAYER_TAP_STRIDE = 88;
export const LAYER_BYTES = 92;

/** Spikes are read from their bits alone; an entry of the lists is a spike; an entry is a group of 8 channels. */
export const LISTED_NOT = 0;
export const LISTED_CHANNELS = 1;
export const LISTED_GROUPS = 2;

/** One of the KIND constants. */
export const SYNAPSE_KIND = 0;
/** Address of what it reads for place 0, step 0; bytes from place to place and from step to step. */
export const SYNAPSE_SOURCE = 4;
export const SYNAPSE_PLACE_STRIDE = 8;
export const SYNAPSE_STEP_STRIDE = 12;
/** Words of 16 channels of the source; for the image and for lists, its channels. */
export const SYNAPSE_WIDTH = 16;
/** Weights of block 0; bytes from block to block and from tap to tap. */
export const SYNAPSE_WEIGHTS = 20;
export const SYNAPSE_BLOCK_STRIDE = 24;
export const SYNAPSE_TAP_STRIDE = 28;
/** Source before pooling, then after it. */
export const SYNAPSE_SOURCE_HEIGHT = 32;
export const SYNAPSE_SOURCE_WIDTH = 36;
export const SYNAPSE_POOLED_HEIGHT = 40;
export const SYNAPSE_POOLED_WIDTH = 44;
/** Two windows of six fields each: size, stride and padding before, vertical and horizontal. */
export const SYNAPSE_KERNEL = 48;
export const SYNAPSE_POOL = 72;
/** Bytes from block to block of the source: an identity synapse reads the block that it writes. */
export const SYNAPSE_SOURCE_BLOCK_STRIDE = 96;
/** Address of the descriptor of the source; 0 for the image. */
export const SYNAPSE_SOURCE_LAYER = 100;
/** 1 if pooling comes before the kernel. */
export const SYNAPSE_IS_POOLED = 104;
/** One of the COMPILED constants. */
export const SYNAPSE_COMPILED = 108;
/** Where in the code memory of the thread its spikes begin in this piece of T; 0: they are read from lists. */
export const SYNAPSE_CODE = 112;
export const SYNAPSE_BYTES = 116;

/** Spikes are never turned into machine code; into code that adds rows of 16 floats, or of 32 integers of 16 bits. */
export const COMPILED_NOT = 0;
export const COMPILED_FLOATS = 1;
export const COMPILED_INTEGERS = 2;

export const WINDOW_HEIGHT = 0;
export const WINDOW_WIDTH = 4;
export const WINDOW_STRIDE_Y = 8;
export const WINDOW_STRIDE_X = 12;
export const WINDOW_TOP = 16;
export const WINDOW_LEFT = 20;

/** Weights [block][tap][group of 8 channels][256 masks][16]: one row per set of spikes in a group. */
export const KIND_TABLE = 0;
/**
 * Bytes from one group to the next, and of one word of 16 source channels. Ten cache lines more than 256 rows take: were
 * it a multiple of 4096, the rows of sets with few spikes, which occur most, would share a few sets of the first-level cache.
 */
export const TABLE_GROUP_BYTES = 17024;
export const TABLE_WORD_BYTES = 34048;
/**
 * Bytes of a row of weights of an int16 layer of one block, [16] integers; other such layers compute two blocks side by
 * side, whose [32] integers take the bytes of [16] floats.
 */
export const NARROW_ROW_BYTES = 32;
/** Weights [block][tap][channel][16], read through lists of the channels that spiked. */
export const KIND_LIST = 1;
/** Scales [block][4 vectors][16 masks][4]. */
export const KIND_IDENTITY = 2;
/** Weights [block][tap][channel][16], multiplied by the image. */
export const KIND_ANALOG = 3;

/**
 * A connection: address of the source bits at the first step, address of the weights; for lists the address where the
 * list of the first step starts, weights, and bytes from there to where it ends. For tables one per word of 16 source
 * channels, for lists one per row of the kernel.
 */
export const CONNECTION_SOURCE = 0;
export const CONNECTION_WEIGHTS = 4;
export const CONNECTION_SPAN = 8;
export const CONNECTION_BYTES = 12;
