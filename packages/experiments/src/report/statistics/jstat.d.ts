/** What is used of jstat, which has no types of its own. */
declare module 'jstat' {
  interface Jstat {
    readonly studentt: {
      cdf(x: number, degreesOfFreedom: number): number
      inv(p: number, degreesOfFreedom: number): number
    }
    readonly normal: { cdf(x: number, mean: number, sd: number): number }
  }
  const jstat: Jstat
  export default jstat
}
