import type { Checksum, PublishedDataset, PublishedFile } from './published-dataset.ts'

const LICENCE = {
  licence: 'CC-BY-4.0',
  licenceUrl: 'https://creativecommons.org/licenses/by/4.0/legalcode',
} as const

const ARCHIVE = 'https://archive.ics.uci.edu/static/public'

/** Files whose last column is the class. */
function table(download: string, member: string, from: Checksum['from'], sha256: string): PublishedFile {
  return { download, member, checksum: { algorithm: 'sha256', value: sha256, from } }
}

/** Optical Recognition of Handwritten Digits, whole; `digits` is its test part. */
export const OPTDIGITS: PublishedDataset = {
  name: 'optdigits',
  title: 'Optical handwritten digits, whole',
  description: '5620 handwritten digits as 8×8 pixels 0 … 16: 30 people to learn from, 13 others to test on.',
  source: {
    authors: ['Ethem Alpaydin', 'Cenk Kaynak'],
    year: 1998,
    citation:
      'Alpaydin, E., & Kaynak, C. (1998). Optical Recognition of Handwritten Digits [Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C50P49',
    url: 'https://archive.ics.uci.edu/dataset/80/optical+recognition+of+handwritten+digits',
    doi: '10.24432/C50P49',
    ...LICENCE,
  },
  downloads: [{ file: 'optdigits.zip', url: `${ARCHIVE}/80/optical+recognition+of+handwritten+digits.zip` }],
  read: { format: 'csv', header: false, label: 64 },
  train: {
    features: table(
      'optdigits.zip',
      'optdigits.tra',
      'reported',
      'e1b683cc211604fe8fd8c4417e6a69f31380e0c61d4af22e93cc21e9257ffedd',
    ),
    rows: 3823,
  },
  test: {
    features: table(
      'optdigits.zip',
      'optdigits.tes',
      'verified',
      '6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8',
    ),
    rows: 1797,
  },
  features: 64,
  classes: 10,
}

/** Pen-Based Recognition of Handwritten Digits. */
export const PENDIGITS: PublishedDataset = {
  name: 'pendigits',
  title: 'Pen-based handwritten digits',
  description: '10 992 digits written on a tablet, each as eight points 0 … 100; other people’s to test on.',
  source: {
    authors: ['Ethem Alpaydin', 'Fevzi Alimoglu'],
    year: 1996,
    citation:
      'Alpaydin, E., & Alimoglu, F. (1996). Pen-Based Recognition of Handwritten Digits [Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C5MG6K',
    url: 'https://archive.ics.uci.edu/dataset/81/pen+based+recognition+of+handwritten+digits',
    doi: '10.24432/C5MG6K',
    ...LICENCE,
  },
  downloads: [{ file: 'pendigits.zip', url: `${ARCHIVE}/81/pen+based+recognition+of+handwritten+digits.zip` }],
  read: { format: 'csv', header: false, label: 16 },
  train: {
    features: table(
      'pendigits.zip',
      'pendigits.tra',
      'reported',
      'e2b9eb9f0d0467e2b64a4816a3420edf2b8043447576f4b84337aba44a9f97d3',
    ),
    rows: 7494,
  },
  test: {
    features: table(
      'pendigits.zip',
      'pendigits.tes',
      'reported',
      '8bd03229c5c5291fefe43e45465dd948d2645bf23328b9d993e0b777666b2015',
    ),
    rows: 3498,
  },
  features: 16,
  classes: 10,
}

/** Human Activity Recognition Using Smartphones. */
export const HAR: PublishedDataset = {
  name: 'har',
  title: 'Human activity recognition using smartphones',
  description:
    '10 299 windows of 2.56 s of a phone’s motion as 561 numbers in −1 … 1, of 21 people to learn from and 9 others to test on. Classes: 1 walking, 2 upstairs, 3 downstairs, 4 sitting, 5 standing, 6 laying.',
  source: {
    authors: ['Jorge Reyes-Ortiz', 'Davide Anguita', 'Alessandro Ghio', 'Luca Oneto', 'Xavier Parra'],
    year: 2013,
    citation:
      'Reyes-Ortiz, J., Anguita, D., Ghio, A., Oneto, L., & Parra, X. (2013). Human Activity Recognition Using Smartphones [Dataset]. UCI Machine Learning Repository. https://doi.org/10.24432/C54S4K',
    url: 'https://archive.ics.uci.edu/dataset/240/human+activity+recognition+using+smartphones',
    doi: '10.24432/C54S4K',
    ...LICENCE,
  },
  downloads: [
    {
      file: 'har.zip',
      url: `${ARCHIVE}/240/human+activity+recognition+using+smartphones.zip`,
      checksum: {
        algorithm: 'sha256',
        value: 'c00b803081a5c797cd5e4b83700a9810b38d53d9d84e01917e090e1fdbc81031',
        from: 'reported',
      },
    },
  ],
  read: { format: 'table' },
  train: {
    features: { download: 'har.zip', member: '/train/X_train.txt' },
    labels: { download: 'har.zip', member: '/train/y_train.txt' },
    rows: 7352,
  },
  test: {
    features: { download: 'har.zip', member: '/test/X_test.txt' },
    labels: { download: 'har.zip', member: '/test/y_test.txt' },
    rows: 2947,
  },
  features: 561,
  classes: 6,
}
