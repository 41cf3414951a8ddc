/**
 * Purposes of the random streams from which models draw what they fix before a run: places, rates, who is cut off. One each,
 * or two models with the same seed would pick the same peers. They continue the simulation's own numbering.
 */
export const SetupPurpose = {
  coordinates: 16,
  bandwidth: 17,
  partitions: 18,
  reachability: 19,
  crash: 20,
  joins: 21,
  timeZones: 22,
  recording: 23,
} as const
