import type { ConfigDocument } from './document.ts'
import type { ConfigFault } from './fault.ts'
import { createMask } from './mask.ts'
import { didYouMean } from './nearest.ts'
import { type Path, pathText } from './path.ts'

/** Gathers what is wrong with a document while its sections are checked. */
export class Review {
  readonly document: ConfigDocument
  readonly #file: string
  readonly #faults = new Map<string, ConfigFault>()
  readonly #mask = createMask()
  /** Members that the file leaves out and a variable fills, by path. */
  readonly #filled = new Map<string, string>()

  constructor(file: string, document: ConfigDocument) {
    this.document = document
    this.#file = file
    for (const value of document.values) this.#mask.add(value)
    for (const { line, column, path, message } of document.faults)
      this.#put({ file, line, column, path: pathText(path), message })
  }

  /** In the order of the file. */
  get faults(): readonly ConfigFault[] {
    return [...this.#faults.values()].sort((a, b) => a.line - b.line || a.column - b.column)
  }

  /** `message` holds no value; what somebody else wrote goes through `quote`. */
  add(path: Path, message: string): void {
    // That its variable is not set is said already, and all else follows from that.
    if (this.document.origin(path) === 'unset') return
    const text = pathText(path)
    const from = this.#filled.get(text)
    const suffix = from === undefined ? '' : ` (from the environment variable ${from})`
    this.#put({ file: this.#file, ...this.document.place(path), path: text, message: `${message}${suffix}` })
  }

  /** `path` is the unknown member's own. */
  unknown(path: Path, known: readonly string[]): void {
    this.add(path, `unknown member${didYouMean(String(path.at(-1)), known)}`)
  }

  /** A message by a provider, a plugin or the runtime: its first line, without the values of the file. */
  quote(message: string): string {
    const line = this.#mask.hide(message).split('\n', 1)[0] ?? ''
    return line.length > 300 ? `${line.slice(0, 300)}…` : line
  }

  /** A variable stands in for a member that the file leaves out. */
  fill(path: Path, variable: string, value: string): void {
    this.#filled.set(pathText(path), variable)
    this.#mask.add(value)
  }

  isFromEnvironment(path: Path): boolean {
    return this.#filled.has(pathText(path)) || this.document.origin(path) === 'environment'
  }

  #put(fault: ConfigFault): void {
    const { line, column, path, message } = fault
    // What is repeated by an alias is wrong once, at the place where it is written.
    const key = JSON.stringify([line, column, path.split('.').at(-1), message])
    if (!this.#faults.has(key)) this.#faults.set(key, fault)
  }
}
