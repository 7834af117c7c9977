// Numbers of vectors as types: generic functions of AssemblyScript have no other parameters that are known when they are
// compiled. offsetof<Two>() is the bytes of two vectors; of a row of sums as `Row`, of where a vector lies in it as `At`.
// The floats of a block of 16 channels are four vectors; its 16-bit integers are two, so that four hold two blocks.

@unmanaged
export class Zero {}

@unmanaged
export class One {
  v0!: v128;
}

@unmanaged
export class Two {
  v0!: v128;
  v1!: v128;
}

@unmanaged
export class Three {
  v0!: v128;
  v1!: v128;
  v2!: v128;
}

@unmanaged
export class Four {
  v0!: v128;
  v1!: v128;
  v2!: v128;
  v3!: v128;
}
