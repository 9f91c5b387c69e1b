import { statSync } from 'node:fs'

/** By which one state of a file is told from another; undefined where it cannot be looked at. */
export type FileMark = string | undefined

export function fileMark(file: string): FileMark {
  try {
    const stats = statSync(file)
    // Of a FIFO a reader would wait for ever.
    return stats.isFile() ? `${stats.ino} ${stats.size} ${stats.mtimeMs}` : undefined
  } catch {
    return undefined
  }
}

/**
 * Calls `changed` whenever the file is another than it was, `mark` being of what was read last, and on SIGHUP. By looking at it once a
 * second: that sees what is renamed, linked or mounted in its place too, which notifications do not. Ends with what it returns.
 */
export function followFile(file: string, mark: FileMark, changed: () => Promise<void>): () => void {
  let last = mark
  let isUnderWay = false
  async function take(now: FileMark): Promise<void> {
    if (isUnderWay) return
    isUnderWay = true
    last = now
    await changed().finally(() => {
      isUnderWay = false
    })
  }
  const look = () => {
    const now = fileMark(file)
    if (now !== last) take(now)
  }
  const onHangUp = () => {
    take(fileMark(file))
  }
  const timer = setInterval(look, 1000).unref()
  process.on('SIGHUP', onHangUp)
  return () => {
    clearInterval(timer)
    process.off('SIGHUP', onHangUp)
  }
}
