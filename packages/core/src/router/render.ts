import { MohoError } from '../contract/errors.ts'
import type { TextReply } from '../contract/reply.ts'
import type { ObjectWriter } from '../dialects/writer.ts'

/** Reads a reply to its end and gives the caller's bytes. Nothing is committed before this returns. */
export async function renderObject(reply: TextReply, writer: ObjectWriter): Promise<string> {
  await readInto(reply, writer)
  return JSON.stringify(writer.toObject())
}

function readInto(reply: TextReply, writer: ObjectWriter): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (error: unknown) => reject(MohoError.is(error) ? error : unreadable(error))
    try {
      const sink = reply.framing(reply.translate(writer))
      reply.response.pipe({
        chunk: guarded((bytes) => sink.chunk(bytes)),
        end: guarded(() => {
          sink.end()
          if (!writer.finished)
            throw new MohoError('upstream_failed', 'The upstream broke off in the middle of its answer.')
          resolve()
        }),
        fail,
      })
    } catch (error) {
      fail(error)
    }
  })
}

/** What a translator stumbles over is the upstream's fault, told as such. */
const guarded =
  <Arguments extends readonly unknown[]>(run: (...args: Arguments) => void) =>
  (...args: Arguments) => {
    try {
      run(...args)
    } catch (error) {
      throw MohoError.is(error) ? error : unreadable(error)
    }
  }

const unreadable = (cause: unknown) =>
  new MohoError('upstream_failed', 'The upstream answered with something that cannot be read as a model’s answer.', {
    cause,
  })
