/** The module whose `createModel` makes a multilayer perceptron of `MlpOptions`: what `tfjsNetwork` takes as `module`. */
export const mlpModule: URL = import.meta.url.endsWith('.ts')
  ? new URL('./mlp.ts', import.meta.url)
  : new URL('./mlp.js', import.meta.url)
