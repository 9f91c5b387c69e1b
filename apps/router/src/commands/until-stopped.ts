/** Waits for SIGINT or SIGTERM and tells which it was. A second signal ends the process at once. */
export function untilStopped(): Promise<'SIGINT' | 'SIGTERM'> {
  return new Promise((resolve) => {
    const onSignal = (signal: 'SIGINT' | 'SIGTERM') => {
      process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
      resolve(signal)
    }
    process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  })
}
