import type { Checksum, PublishedDataset, PublishedPart } from './published-dataset.ts'

const TRAIN_IMAGES = 'train-images-idx3-ubyte.gz'
const TRAIN_LABELS = 'train-labels-idx1-ubyte.gz'
const TEST_IMAGES = 't10k-images-idx3-ubyte.gz'
const TEST_LABELS = 't10k-labels-idx1-ubyte.gz'

/** 28×28 pixels in four idx files, as LeCun, Cortes and Burges laid them out. */
function parts(contents: Partial<Record<string, string>>): {
  readonly train: PublishedPart
  readonly test: PublishedPart
} {
  const file = (download: string): PublishedPart['features'] => {
    const value = contents[download]
    return value === undefined ? { download } : { download, checksum: { algorithm: 'sha256', value, from: 'verified' } }
  }
  return {
    train: { features: file(TRAIN_IMAGES), labels: file(TRAIN_LABELS), rows: 60_000 },
    test: { features: file(TEST_IMAGES), labels: file(TEST_LABELS), rows: 10_000 },
  }
}

function downloads(base: string, from: Checksum['from'], md5: Record<string, string>): PublishedDataset['downloads'] {
  return Object.entries(md5).map(([file, value]) => ({
    file,
    url: `${base}/${file}`,
    checksum: { algorithm: 'md5', value, from },
  }))
}

/** Images of clothes (Xiao, Rasul, Vollgraf 2017). */
export const FASHION_MNIST: PublishedDataset = {
  name: 'fashion-mnist',
  title: 'Fashion-MNIST',
  description: '70 000 images of clothes of ten kinds, 28×28 pixels 0 … 255.',
  source: {
    authors: ['Han Xiao', 'Kashif Rasul', 'Roland Vollgraf'],
    year: 2017,
    citation:
      'Xiao, H., Rasul, K., & Vollgraf, R. (2017). Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms. arXiv:1708.07747',
    url: 'https://github.com/zalandoresearch/fashion-mnist',
    doi: '10.48550/arXiv.1708.07747',
    licence: 'MIT',
    licenceUrl: 'https://opensource.org/licenses/MIT',
  },
  downloads: downloads('http://fashion-mnist.s3-website.eu-central-1.amazonaws.com', 'publisher', {
    [TRAIN_IMAGES]: '8d4fb7e6c68d591d4c3dfef9ec88bf0d',
    [TRAIN_LABELS]: '25c81989df183df01b3e8a0aad5dffbe',
    [TEST_IMAGES]: 'bef4ecab320f06d8554ea6380940ec79',
    [TEST_LABELS]: 'bb300cfdad3c16e7a12a480ee83cd310',
  }),
  read: {
    format: 'idx',
    classNames: [
      ...['T-shirt/top', 'Trouser', 'Pullover', 'Dress', 'Coat'],
      ...['Sandal', 'Shirt', 'Sneaker', 'Bag', 'Ankle boot'],
    ],
  },
  ...parts({
    [TRAIN_IMAGES]: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    [TRAIN_LABELS]: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    [TEST_IMAGES]: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    [TEST_LABELS]: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
  }),
  features: 784,
  classes: 10,
}

/** Handwritten digits (LeCun, Bottou, Bengio, Haffner 1998). */
export const MNIST: PublishedDataset = {
  name: 'mnist',
  title: 'MNIST',
  description: '70 000 handwritten digits, 28×28 pixels 0 … 255. From the copy that PyTorch’s torchvision downloads.',
  source: {
    authors: ['Yann LeCun', 'Corinna Cortes', 'Christopher J. C. Burges'],
    year: 1998,
    citation:
      'LeCun, Y., Bottou, L., Bengio, Y., & Haffner, P. (1998). Gradient-based learning applied to document recognition. Proceedings of the IEEE 86(11). https://doi.org/10.1109/5.726791',
    url: 'http://yann.lecun.com/exdb/mnist/',
    doi: '10.1109/5.726791',
    licence: 'CC-BY-SA-3.0',
    licenceUrl: 'https://creativecommons.org/licenses/by-sa/3.0/legalcode',
  },
  downloads: downloads('https://ossci-datasets.s3.amazonaws.com/mnist', 'reported', {
    [TRAIN_IMAGES]: 'f68b3c2dcbeaaa9fbdd348bbdeb94873',
    [TRAIN_LABELS]: 'd53e105ee54ea40749a09fcbcd1e9432',
    [TEST_IMAGES]: '9fb629c4189551a2d022fa330f9573f3',
    [TEST_LABELS]: 'ec29112dd5afa0611ce80d1b7f02629c',
  }),
  read: { format: 'idx' },
  ...parts({}),
  features: 784,
  classes: 10,
}
