/** For `vi.waitFor`: how long to wait for what must come to pass is up to the machine, and only what never does should end by it. */
export const PATIENCE = { timeout: 300_000, interval: 20 }
