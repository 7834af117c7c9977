import {
  CIFAR100_COARSE_CLASSES,
  CIFAR100_FINE_CLASSES,
  CIFAR10_CLASSES,
  FASHION_MNIST_CLASSES,
  MNIST_CLASSES,
} from './class-names.js';
import type { DatasetDefinition, DatasetDownload, DatasetFile } from './definition.js';

/** The data sets that live in files. */
export type FileDatasetName = 'cifar-10' | 'cifar-100' | 'mnist' | 'fashion-mnist';

const CIFAR_ADDRESS = 'https://www.cs.toronto.edu/~kriz/';
const MNIST_ADDRESS = 'https://ossci-datasets.s3.amazonaws.com/mnist/';
const FASHION_ADDRESS = 'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/';

const CIFAR10_FILES: readonly DatasetFile[] = [
  cifarFile(
    'data_batch_1.bin',
    'train',
    10_000,
    '5dd7e06a14cb22eb9f671a540d1b7c25',
    'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5',
  ),
  cifarFile(
    'data_batch_2.bin',
    'train',
    10_000,
    '5ea93a67294ea407fff1d09f752e9692',
    'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed',
  ),
  cifarFile(
    'data_batch_3.bin',
    'train',
    10_000,
    '942cd6a4bcdd0dd3c604fbe906cb4421',
    'bbe8596564c0f86427f876058170b84dac6670ddf06d79402899d93ceea26f67',
  ),
  cifarFile(
    'data_batch_4.bin',
    'train',
    10_000,
    'ae636b3ba5c66a11e91e8cb52e771fcb',
    '014e562d6e23c72197cc727519169a60359f5eccd8945ad5a09d710285ff4e48',
  ),
  cifarFile(
    'data_batch_5.bin',
    'train',
    10_000,
    '53f37980c15c3d472c316c40844f3f0d',
    '755304fc0b379caeae8c14f0dac912fbc7d6cd469eb67a1029a08a39453a9add',
  ),
  cifarFile(
    'test_batch.bin',
    'test',
    10_000,
    '803d5f7f4d78ea53de84dbe85f74fb6d',
    '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b',
  ),
];

const CIFAR100_FILES: readonly DatasetFile[] = [
  cifarFile(
    'train.bin',
    'train',
    50_000,
    '6172c7755cfe09b2fe270c85cebc1b15',
    'f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29',
  ),
  cifarFile(
    'test.bin',
    'test',
    10_000,
    '4499cfba6c016c1be1438163640a0898',
    'd8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a',
  ),
];

const MNIST_FILES: readonly DatasetFile[] = idxFiles({
  trainImages: [
    '6bbc9ace898e44ae57da46a324031adb',
    'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  ],
  trainLabels: [
    'a25bea736e30d166cdddb491f175f624',
    '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  ],
  testImages: [
    '2646ac647ad5339dbf082846283269ea',
    '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  ],
  testLabels: [
    '27ae3e4e09519cfbb04c329615203637',
    'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  ],
});

const FASHION_FILES: readonly DatasetFile[] = idxFiles({
  trainImages: [
    'f4a8712d7a061bf5bd6d2ca38dc4d50a',
    'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  ],
  trainLabels: [
    '9018921c3c673c538a1fc5bad174d6f9',
    'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  ],
  testImages: [
    '8181f5470baa50b63fa0f6fddb340f0a',
    '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  ],
  testLabels: [
    '15d484375f8d13e6eb1aabb0c3f46965',
    '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  ],
});

/**
 * The data sets that live in files, by name: layout, checksums of the official files, download addresses.
 *
 * The MD5 sums are the published ones; the SHA-256 sums were computed over files with those MD5 sums.
 */
export const DATASET_DEFINITIONS: Readonly<Record<FileDatasetName, DatasetDefinition>> = {
  'cifar-10': {
    name: 'cifar-10',
    layout: 'cifar',
    folders: ['cifar-10-batches-bin'],
    imageShape: [32, 32, 3],
    labelSets: [{ name: 'fine', classes: CIFAR10_CLASSES }],
    files: CIFAR10_FILES,
    downloads: [tarDownload('cifar-10-binary.tar.gz', 'c32a1d4ab5d03f1284b67883e8d87530', CIFAR10_FILES)],
  },
  'cifar-100': {
    name: 'cifar-100',
    layout: 'cifar',
    folders: ['cifar-100-binary'],
    imageShape: [32, 32, 3],
    labelSets: [
      { name: 'coarse', classes: CIFAR100_COARSE_CLASSES },
      { name: 'fine', classes: CIFAR100_FINE_CLASSES },
    ],
    files: CIFAR100_FILES,
    downloads: [tarDownload('cifar-100-binary.tar.gz', '03b5dce01913d631647c71ecec9e9cb8', CIFAR100_FILES)],
  },
  mnist: {
    name: 'mnist',
    layout: 'idx',
    folders: ['mnist', 'MNIST/raw'],
    imageShape: [28, 28, 1],
    labelSets: [{ name: 'fine', classes: MNIST_CLASSES }],
    files: MNIST_FILES,
    downloads: idxDownloads(MNIST_ADDRESS, MNIST_FILES, [
      ['f68b3c2dcbeaaa9fbdd348bbdeb94873', 9_912_422],
      ['d53e105ee54ea40749a09fcbcd1e9432', 28_881],
      ['9fb629c4189551a2d022fa330f9573f3', 1_648_877],
      ['ec29112dd5afa0611ce80d1b7f02629c', 4_542],
    ]),
  },
  'fashion-mnist': {
    name: 'fashion-mnist',
    layout: 'idx',
    folders: ['fashion-mnist', 'FashionMNIST/raw'],
    imageShape: [28, 28, 1],
    labelSets: [{ name: 'fine', classes: FASHION_MNIST_CLASSES }],
    files: FASHION_FILES,
    downloads: idxDownloads(FASHION_ADDRESS, FASHION_FILES, [
      ['8d4fb7e6c68d591d4c3dfef9ec88bf0d', 26_421_880],
      ['25c81989df183df01b3e8a0aad5dffbe', 29_515],
      ['bef4ecab320f06d8554ea6380940ec79', 4_422_102],
      ['bb300cfdad3c16e7a12a480ee83cd310', 5_148],
    ]),
  },
};

/**
 * The definition of a data set that lives in files.
 *
 * @param dataset a name; a definition is returned as it is
 * @param caller  name of the function, for the message
 * @param known   names that the caller accepts, for the message
 * @throws RangeError for a name without definition
 */
export function resolveDefinition(
  dataset: string | DatasetDefinition,
  caller: string,
  known: readonly string[] = Object.keys(DATASET_DEFINITIONS),
): DatasetDefinition {
  if (typeof dataset !== 'string') return dataset;
  if (Object.hasOwn(DATASET_DEFINITIONS, dataset)) return DATASET_DEFINITIONS[dataset as FileDatasetName];
  const reason = dataset === 'shapes-10' ? ' shapes-10 is generated and has no files.' : '';
  throw new RangeError(
    `${caller}: dataset must be one of ${known.join(', ')}, got ${JSON.stringify(dataset)}.${reason}`,
  );
}

type Sums = readonly [md5: string, sha256: string];

function cifarFile(
  name: string,
  split: 'train' | 'test',
  records: number,
  md5: string,
  sha256: string,
): DatasetFile {
  return { name, split, role: 'records', records, md5, sha256 };
}

function idxFiles(
  sums: Readonly<Record<'trainImages' | 'trainLabels' | 'testImages' | 'testLabels', Sums>>,
): readonly DatasetFile[] {
  const file = (
    name: string,
    split: 'train' | 'test',
    role: 'images' | 'labels',
    [md5, sha256]: Sums,
  ): DatasetFile => ({
    name,
    split,
    role,
    records: split === 'train' ? 60_000 : 10_000,
    md5,
    sha256,
  });
  return [
    file('train-images-idx3-ubyte', 'train', 'images', sums.trainImages),
    file('train-labels-idx1-ubyte', 'train', 'labels', sums.trainLabels),
    file('t10k-images-idx3-ubyte', 'test', 'images', sums.testImages),
    file('t10k-labels-idx1-ubyte', 'test', 'labels', sums.testLabels),
  ];
}

function tarDownload(archive: string, md5: string, files: readonly DatasetFile[]): DatasetDownload {
  return { url: CIFAR_ADDRESS + archive, packing: 'tar.gz', md5, contents: files.map((file) => file.name) };
}

/** One `.gz` per IDX file, sums and lengths in the order of the files. */
function idxDownloads(
  address: string,
  files: readonly DatasetFile[],
  packed: readonly (readonly [md5: string, bytes: number])[],
): readonly DatasetDownload[] {
  return packed.map(([md5, bytes], index) => {
    const { name } = files[index]!;
    return { url: `${address}${name}.gz`, packing: 'gz', md5, bytes, contents: [name] };
  });
}
