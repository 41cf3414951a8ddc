/** What the kernels use of the WebAssembly JavaScript interface, which TypeScript's own library has only for browsers. */
export interface WebAssemblyApi {
  validate(bytes: Uint8Array): boolean
  readonly Module: new (bytes: Uint8Array) => object
  readonly Instance: new (module: object, imports: object) => { readonly exports: object }
  readonly Memory: new (limits: { readonly initial: number; readonly maximum: number }) => WebAssemblyMemory
}

export interface WebAssemblyMemory {
  readonly buffer: ArrayBuffer
  /** @throws RangeError when the pages cannot be had. */
  grow(pages: number): number
}

interface Globals {
  readonly WebAssembly?: WebAssemblyApi
  atob(base64: string): string
}

const globals = globalThis as unknown as Globals

/** `undefined` where the engine has no WebAssembly, or has been told not to offer it. */
export const webAssembly: WebAssemblyApi | undefined = globals.WebAssembly

export function decodeBase64(base64: string): Uint8Array {
  return Uint8Array.from(globals.atob(base64), (character) => character.charCodeAt(0))
}
