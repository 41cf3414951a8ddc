/** Labelled rows and who holds which: what shards are loaded from. */
export interface AssignedRows {
  /** Rows side by side, `features.length / labels.length` numbers each. */
  readonly features: Float32Array
  /** Class of each row, 0 … classes − 1. */
  readonly labels: Int32Array
  /** The rows of each peer. */
  readonly assignment: readonly ArrayLike<number>[]
}

/**
 * The same rows for honest peers, and for attackers copies of theirs in which class c is class classes − 1 − c.
 *
 * @param attackers - 1 for each peer whose labels are flipped.
 */
export function flipLabels(rows: AssignedRows, attackers: Uint8Array, classes: number): AssignedRows {
  const { features, labels, assignment } = rows
  const width = features.length / labels.length
  const flipped: number[] = []
  const changed = assignment.map((indices, peer) => {
    if (attackers[peer] !== 1) return indices
    const first = labels.length + flipped.length
    for (let i = 0; i < indices.length; i++) flipped.push(indices[i])
    return Array.from({ length: indices.length }, (_, i) => first + i)
  })
  const allFeatures = new Float32Array(features.length + flipped.length * width)
  const allLabels = new Int32Array(labels.length + flipped.length)
  allFeatures.set(features)
  allLabels.set(labels)
  for (const [i, row] of flipped.entries()) {
    allFeatures.set(features.subarray(row * width, (row + 1) * width), (labels.length + i) * width)
    allLabels[labels.length + i] = classes - 1 - labels[row]
  }
  return { features: allFeatures, labels: allLabels, assignment: changed }
}
