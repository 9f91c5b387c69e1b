import { createServer, connect as dial, type Socket } from 'node:net'

/** The way to a server, which can lose everything that is sent, without a word to either side. */
export interface Network {
  readonly port: number
  /** For the connections that stand; those made later are cut off as well, until it speaks again. */
  fallSilent(): void
  /** Passes on the next thing that is said with this text in it, and loses whatever is said in its connection from then on. */
  loseAnswerTo(text: string, andThen?: () => void): void
  speak(): void
  close(): Promise<void>
}

export async function startNetwork(serverPort: number): Promise<Network> {
  const sockets = new Set<Socket>()
  const lost = new Set<Socket>()
  let isSilent = false
  let unanswered: { readonly text: string; readonly andThen: (() => void) | undefined } | undefined
  const server = createServer((near) => {
    const far = dial(serverPort, '127.0.0.1')
    if (isSilent) lost.add(near)
    const join = (from: Socket, to: Socket) => {
      sockets.add(from)
      from.on('data', (bytes) => {
        if (!lost.has(near)) to.write(bytes)
        if (from !== near || unanswered === undefined || !bytes.includes(unanswered.text)) return
        lost.add(near)
        unanswered.andThen?.()
        unanswered = undefined
      })
      from.on('close', () => to.destroy())
      from.on('error', () => to.destroy())
    }
    join(near, far)
    join(far, near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    fallSilent() {
      isSilent = true
      for (const socket of sockets) lost.add(socket)
    },
    loseAnswerTo(text, andThen) {
      unanswered = { text, andThen }
    },
    speak() {
      isSilent = false
    },
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
