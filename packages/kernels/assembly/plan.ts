/** The plan of the passes that follow: what stays the same over all passes of a learner crosses the border only once. */
export let planWords: u32
/** Byte offset of the bias within an output's weights, negative for none. */
export let planBias: i32
export let planLambda: f64
export let planEta: f64
export let planDecay: bool
export let planBatch: u32

export function usePlan(stride: u32, bias: i32, lambda: f64, eta: f64, decay: bool, batch: u32): void {
  planWords = stride >> 2
  planBias = bias << 2
  planLambda = lambda
  planEta = eta
  planDecay = decay
  planBatch = batch
}
