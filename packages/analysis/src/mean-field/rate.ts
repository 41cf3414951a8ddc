import { exponential } from '@hearsay/kernels'

/** A probability as a function of one number, with its first two derivatives. */
export interface Rate {
  value(x: number): number
  slope(x: number): number
  curvature(x: number): number
}

/** constant + x: what makes a model whose step is quadratic. */
export function affineRate(constant: number): Rate {
  return { value: (x) => constant + x, slope: () => 1, curvature: () => 0 }
}

/** 1 − e^{−κx}: a peer is called by at least one of the share x of callers, with κ of `callRate`. */
export function calledRate(kappa: number): Rate {
  return {
    value: (x) => 1 - exponential(-kappa * x),
    slope: (x) => kappa * exponential(-kappa * x),
    curvature: (x) => -kappa * kappa * exponential(-kappa * x),
  }
}

/** 1 − (1 − x)e^{−κx}: a peer is called by one of the share x, or itself calls one of them. */
export function callingRate(kappa: number): Rate {
  return {
    value: (x) => 1 - (1 - x) * exponential(-kappa * x),
    slope: (x) => (1 + kappa * (1 - x)) * exponential(-kappa * x),
    curvature: (x) => -kappa * (2 + kappa * (1 - x)) * exponential(-kappa * x),
  }
}
