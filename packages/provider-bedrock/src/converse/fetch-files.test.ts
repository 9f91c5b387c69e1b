import { ChatRequest, type Feature, MohoError, type WebClient, type WebFile, type WebOptions } from '@moho/core'
import { describe, expect, test } from 'vitest'
import { fetchFiles } from './fetch-files.ts'

const MiB = 1024 * 1024
const image = (url: string) => ({ type: 'image_url', image_url: { url } })
const plain = (url: string) => ({ type: 'image_url', image_url: url })
const video = (url: string) => ({ type: 'video_url', video_url: { url } })
const file = (file_data: string, more = {}) => ({ type: 'file', file: { file_data, ...more } })
const user = (...content: object[]) => ({ role: 'user', content })
const at = (name: string | number) => `https://example.com/${name}`

/** A web on which everything is there, and that keeps what it was asked. */
function webOf(answer: (url: string) => number | Promise<number> = () => 1) {
  const asked: { url: string; maxBytes: number }[] = []
  const web: WebClient = {
    async get(url: string, { maxBytes }: WebOptions): Promise<WebFile> {
      asked.push({ url, maxBytes })
      return { contentType: 'image/png', bytes: new Uint8Array(await answer(url)) }
    },
  }
  return { web, asked }
}

function fetchOf(messages: object[], web: WebClient, features?: readonly Feature[]) {
  const chat = ChatRequest.parse({ model: 'm', messages })
  const target = {
    entry: 'e',
    operation: 'chat',
    model: { id: 'm', features },
    name: 'm',
    upstreamId: 'm',
    region: undefined,
    path: '',
  } as const
  return fetchFiles(chat, { target, web })
}

test('nothing where there is no address, and no promise of it', () => {
  const { web, asked } = webOf()
  const messages = [
    { role: 'system', content: at('a.png') },
    { role: 'user', content: at('a.png') },
    user(
      { type: 'text', text: at('a.png') },
      image('data:image/png;base64,iVBORw0KGgo='),
      image('s3://bucket/a.png'),
      image('http://example.com/a.png'),
      image('nonsense'),
      file('JVBERi0='),
      { type: 'file', file: { file_id: at('a.pdf') } },
      { type: 'input_audio', input_audio: { data: at('a.wav'), format: 'wav' } },
    ),
    { role: 'assistant', content: at('a.png') },
    { role: 'user', content: 'x' },
  ]
  expect(fetchOf(messages, web)).toBeUndefined()
  expect(asked).toEqual([])
})

test('what users and tools name, each address once', async () => {
  const { web, asked } = webOf()
  const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '' } }
  const files = await fetchOf(
    [
      user(image(at('a.png')), plain(at('b')), image(at('a.png'))),
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'tool', tool_call_id: 'c', content: [image(at('c.pdf')), plain(at('a.png'))] },
      user(video('HTTPS://example.com/d'), file(at('e')), file(at('f.csv'))),
    ],
    web,
  )
  const limits = [3.75, 25, 4.5, 25, 25, 4.5]
  const urls = ['a.png', 'b', 'c.pdf', 'd', 'e', 'f.csv'].map((name) =>
    name === 'd' ? 'HTTPS://example.com/d' : at(name),
  )
  expect(asked.map(({ url }) => url)).toEqual(urls)
  expect(asked.map(({ maxBytes }) => maxBytes)).toEqual(limits.map((limit) => limit * MiB))
  expect([...(files?.keys() ?? [])].sort()).toEqual(urls.sort())
})

test('a file may be as large as what the model takes', async () => {
  const { web, asked } = webOf()
  await fetchOf([user(image(at('a')), file(at('b')))], web, ['vision', 'documents'])
  expect(asked.map(({ maxBytes }) => maxBytes)).toEqual([4.5 * MiB, 4.5 * MiB])
})

test('four at once', async () => {
  let running = 0
  let most = 0
  const { web, asked } = webOf(async () => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setTimeout(resolve, 1))
    running -= 1
    return 1
  })
  const files = await fetchOf([user(...Array.from({ length: 26 }, (_, index) => image(at(index))))], web)
  expect([most, asked.length, files?.size]).toEqual([4, 26, 26])
})

describe('refuses', () => {
  test('more addresses than Bedrock takes files, before the first is fetched', () => {
    const { web, asked } = webOf()
    const many = Array.from({ length: 27 }, (_, index) => image(at(index)))
    expect(() => fetchOf([user(...many)], web)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: 'messages[0].content[26].image_url.url' }),
    )
    expect(asked).toEqual([])
  })

  test.each([
    [['tools'], image(at('a'))],
    [['vision'], image(at('a.pdf'))],
    [['vision', 'documents'], video(at('a'))],
    [['vision'], file(at('a.pdf'))],
    [['vision'], file(at('a'), { filename: 'a.pdf' })],
    [['tools'], file(at('a'))],
  ] as const)('what a model with %j does not take, before anything is fetched: %j', (features, part) => {
    const { web, asked } = webOf()
    expect(() => fetchOf([user(image(at(1))), user(part)], web, [...features])).toThrow(
      expect.objectContaining({
        code: 'unsupported',
        param: expect.stringMatching(/^messages\[[01]\]\.content\[0\]$/),
      }),
    )
    expect(asked).toEqual([])
  })

  test.each(['invalid_request', 'too_large'] as const)('with the member what the web says: %s', async (code) => {
    const cause = new MohoError(code, 'example.com does not answer.')
    const { web } = webOf((url) => (url === at(2) ? Promise.reject(cause) : 1))
    const parts = [image(at(1)), plain(at(2))]
    await expect(fetchOf([user(...parts)], web)).rejects.toMatchObject({
      code,
      message: 'messages[0].content[1].image_url: example.com does not answer.',
      param: 'messages[0].content[1].image_url',
      cause,
    })
  })

  test('as it is what is no fault of the address', async () => {
    const cancelled = new MohoError('cancelled', 'The caller has left.')
    const { web } = webOf(() => Promise.reject(cancelled))
    await expect(fetchOf([user(image(at(1)))], web)).rejects.toBe(cancelled)
  })

  test('more than 32 MB together', async () => {
    const { web, asked } = webOf((url) => (url === at('last') ? 1 : 16 * MiB))
    const parts = [video(at(1)), video(at(2)), file(at('last'))]
    await expect(fetchOf([user(...parts)], web)).rejects.toMatchObject({
      code: 'too_large',
      param: 'messages[0].content[2].file.file_data',
    })
    expect(asked).toHaveLength(3)
  })

  test('and fetches no more after the first fault', async () => {
    const { web, asked } = webOf((url) => (url === at(0) ? Promise.reject(new MohoError('invalid_request', 'x')) : 1))
    const parts = Array.from({ length: 20 }, (_, index) => image(at(index)))
    await expect(fetchOf([user(...parts)], web)).rejects.toMatchObject({ code: 'invalid_request' })
    const fetched = asked.length
    await new Promise((resolve) => setTimeout(resolve, 5))
    expect(asked).toHaveLength(fetched)
    expect(fetched).toBeLessThan(12)
  })
})
