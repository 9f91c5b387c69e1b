/** What kept a port from being opened, in words that say what to do. */
export function listenError(error: NodeJS.ErrnoException, host: string, port: number): Error {
  switch (error.code) {
    case 'EADDRINUSE':
      return new Error(`Port ${port} on ${host} is in use. Choose another with --port.`)
    case 'EACCES':
      return new Error(`Port ${port} may not be opened by this user. Choose one above 1023 with --port.`)
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return new Error(
        `${host} is not an address of this machine. Choose another with --host, as in 127.0.0.1 or 0.0.0.0.`,
      )
    default:
      return error
  }
}
