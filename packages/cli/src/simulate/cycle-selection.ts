/** Cycles at which something happens. */
export type CycleSelection = 'all' | readonly number[]

export function isSelected(selection: CycleSelection, cycle: number): boolean {
  return selection === 'all' || selection.includes(cycle)
}
