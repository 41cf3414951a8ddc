import { FASHION_MNIST, MNIST } from './mnist.ts'
import type { PublishedDataset } from './published-dataset.ts'
import { HAR, OPTDIGITS, PENDIGITS } from './uci.ts'

/** The data sets that `fetchDataset` knows where to get. */
export const PUBLISHED_DATASETS: readonly PublishedDataset[] = [FASHION_MNIST, HAR, MNIST, OPTDIGITS, PENDIGITS]
