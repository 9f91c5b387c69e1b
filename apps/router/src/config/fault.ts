/** What is wrong with a config, and where. Its text never holds a value: that could be a secret in the wrong place. */
export interface ConfigFault {
  readonly file: string
  /** Counted from 1, as `column` is; 0 where the file could not be read at all. */
  readonly line: number
  readonly column: number
  /** `providers[0].region`; '' for the file as a whole. */
  readonly path: string
  readonly message: string
}

/** As editors and terminals make it a link: `moho.yaml:12:5 providers[0].regoin: unknown member; did you mean "region"?` */
export function formatFault({ file, line, column, path, message }: ConfigFault): string {
  const place = line === 0 ? file : `${file}:${line}:${column}`
  return path === '' ? `${place}: ${message}` : `${place} ${path}: ${message}`
}

/** All that is wrong with a config, in the order of the file. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
  readonly faults: readonly ConfigFault[]

  constructor(faults: readonly ConfigFault[]) {
    super(faults.map(formatFault).join('\n'))
    this.faults = faults
  }
}
