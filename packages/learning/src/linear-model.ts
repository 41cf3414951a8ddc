import { Loss } from '@hearsay/kernels'
import { type ModelShape, modelShape } from './model-shape.ts'

/** The linear models: three binary ones, which learn many classes one-vs-all, and multinomial logistic regression. */
export type LinearModel = 'pegasos' | 'logistic' | 'adaline' | 'softmax'

/** All of {@link LinearModel}. */
export const LINEAR_MODELS: readonly LinearModel[] = ['pegasos', 'logistic', 'adaline', 'softmax']

/** The shape that a model has for a data set. */
export function shapeOf(model: LinearModel, features: number, classes: number, bias: boolean): ModelShape {
  return modelShape(features, classes, bias, model === 'softmax')
}

/** The loss that a model descends; softmax has a pass of its own, whose loss is the log loss. */
export function lossOf(model: LinearModel): Loss {
  if (model === 'pegasos') return Loss.hinge
  return model === 'adaline' ? Loss.squared : Loss.log
}
