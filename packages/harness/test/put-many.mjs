// A process of the test of several processes: puts and reads twenty artifacts in an order of its own.
import { openArtifactStore } from '@opi-snn/harness';

const [folder, seed] = process.argv.slice(2);
const store = await openArtifactStore(folder);
const order = Array.from({ length: 20 }, (_, i) => (i * 7 + Number(seed) * 3) % 20);
let missing = 0;
let wrong = 0;
for (const i of order) {
  await store.put({ i }, { value: i, files: { 'data.bin': new Uint8Array(50_000).fill(i) } });
  const read = await store.get({ i });
  if (read === undefined) missing += 1;
  else if (read.value !== i || read.files['data.bin'].some((byte) => byte !== i)) wrong += 1;
}
process.send?.({ missing, wrong });
