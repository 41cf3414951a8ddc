/** Where a transport writes its log: any pino logger, for one. */
export interface TransportLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** Writes nothing. */
export const SILENT_LOG: TransportLog = { info() {}, warn() {} }
