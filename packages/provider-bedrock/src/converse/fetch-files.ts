import { type ChatRequest, type ModelCall, MohoError, type WebFile } from '@moho/core'
import type { BedrockFacts } from '../models.ts'
import { mostBytes, mostFiles } from './media-limits.ts'
import { fileIn, isFetched, memberIn, possibleKinds } from './media-part.ts'
import { refusal } from './translation.ts'

/** By the address as the caller wrote it. */
export type FetchedFiles = ReadonlyMap<string, WebFile>

/**
 * Fetches what is at the https addresses in a conversation, each once; `undefined` where it has none. Throws what is at fault with the
 * member that has the address: `unsupported` for files that the model does not take, `invalid_request` and `too_large` for those that
 * cannot be had.
 */
export function fetchFiles(
  chat: ChatRequest,
  call: Pick<ModelCall<unknown, BedrockFacts>, 'target' | 'web'>,
): Promise<FetchedFiles> | undefined {
  const wanted = addressesIn(chat, call)
  return wanted && fetchAll(wanted, call)
}

interface Wanted {
  readonly member: string
  readonly maxBytes: number
}

/** By address. Makes nothing where there are none: it looks at every message of every call. */
function addressesIn(
  chat: ChatRequest,
  call: Pick<ModelCall<unknown, BedrockFacts>, 'target'>,
): Map<string, Wanted> | undefined {
  let wanted: Map<string, Wanted> | undefined
  for (let index = 0; index < chat.messages.length; index += 1) {
    const message = chat.messages[index]
    if ((message?.role !== 'user' && message?.role !== 'tool') || !Array.isArray(message.content)) continue
    for (let at = 0; at < message.content.length; at += 1) {
      const part = message.content[at]
      if (part === undefined || part.type === 'text' || !isFetched(part)) continue
      const path = `messages[${index}].content[${at}]`
      const kinds = possibleKinds(part, path, call)
      const address = fileIn(part)
      wanted ??= new Map()
      if (wanted.has(address)) continue
      const member = memberIn(part, path)
      if (wanted.size === mostAddresses) {
        throw refusal('invalid_request', member, `Moho fetches ${mostAddresses} files for a call. Send fewer.`)
      }
      wanted.set(address, { member, maxBytes: Math.max(...kinds.map((kind) => mostBytes[kind])) })
    }
  }
  return wanted
}

const mostAddresses = mostFiles.image + mostFiles.document + mostFiles.video

async function fetchAll(
  wanted: ReadonlyMap<string, Wanted>,
  { web }: Pick<ModelCall<unknown>, 'web'>,
): Promise<FetchedFiles> {
  const files = new Map<string, WebFile>()
  const left = wanted.entries()
  let room = mostBytesOfAll

  const work = async (): Promise<void> => {
    for (const [address, { member, maxBytes }] of left) {
      const file = await web
        .get(address, { maxBytes: Math.min(maxBytes, room), accept })
        .catch((error: unknown) => Promise.reject(placed(error, member)))
      room -= file.bytes.byteLength
      if (room < 0) {
        const most = `The files of a call may have ${mostBytesOfAll / (1024 * 1024)} MB together.`
        throw refusal('too_large', member, most)
      }
      files.set(address, file)
    }
  }
  const workers = Array.from({ length: Math.min(atOnce, wanted.size) }, work)
  try {
    await Promise.all(workers)
  } catch (error) {
    // The others find nothing left to fetch.
    for (const _ of left);
    throw error
  }
  return files
}

const atOnce = 4
const mostBytesOfAll = 32 * 1024 * 1024

/** What Bedrock takes is wanted most: some hosts would send AVIF to whoever does not say. */
const accept = 'image/png, image/jpeg, image/webp, image/gif, application/pdf, video/mp4, */*;q=0.5'

/** The member that has the address is told with what is wrong with it. */
function placed(error: unknown, member: string): unknown {
  if (!MohoError.is(error) || (error.code !== 'invalid_request' && error.code !== 'too_large')) return error
  return new MohoError(error.code, `${member}: ${error.message}`, { param: member, cause: error })
}
