import { deflateSync } from 'node:zlib'
import type { Feature, WebFile } from '@moho/core'
import { describe, expect, test } from 'vitest'
import { createMedia, type MediaPart } from './media.ts'
import type { Translation } from './translation.ts'

const path = 'messages[3].content[1]'

interface Setting {
  /** Left out: nothing is known of the model. */
  features?: readonly Feature[]
  s3Sources?: readonly string[]
  files?: Readonly<Record<string, WebFile>>
}

function mediaWith({ features, s3Sources, files }: Setting = {}) {
  const dropped: string[] = []
  const call: Translation = {
    target: {
      entry: 'e',
      operation: 'chat',
      model: { id: 'm', features },
      name: 'm',
      upstreamId: 'm',
      region: undefined,
      path: 'converse',
    },
    dropped: (member) => dropped.push(member),
    rules: { s3Sources },
    files: new Map(Object.entries(files ?? {})),
  }
  return { ...createMedia(call), dropped }
}

const block = (part: MediaPart, setting?: Setting) => mediaWith(setting).block(part, path)
const refusalOf = (part: MediaPart, setting?: Setting) => {
  try {
    return { block: block(part, setting) }
  } catch (error) {
    const { code, param, message } = error as { code: string; param: string; message: string }
    expect(message.startsWith(`${param}: `)).toBe(true)
    return { code, param: param.replace(path, ''), why: message.slice(param.length + 2) }
  }
}

const image = (url: string): MediaPart => ({ type: 'image_url', image_url: { url } })
const video = (url: string): MediaPart => ({ type: 'video_url', video_url: { url } })
const file = (file_data: string, filename?: string): MediaPart => ({ type: 'file', file: { file_data, filename } })
const sound = (data: string, format: string): MediaPart => ({ type: 'input_audio', input_audio: { data, format } })

const base64 = (bytes: string | Uint8Array) => Buffer.from(bytes as string, 'latin1').toString('base64')
const png = 'iVBORw0KGgoAAAANSUhEUg=='
const jpeg = '/9j/4AAQ'
const pdf = base64('%PDF-1.7\n')
const abc = base64('abc')
const officeOf = (kind: string) => `application/vnd.openxmlformats-officedocument.${kind}`

describe('images in the request', () => {
  test.each([
    [`data:image/png;base64,${png}`, 'png', png],
    [`DATA:IMAGE/PNG;BASE64,${png}`, 'png', png],
    [`data:image/png;charset=utf-8;base64,${png}`, 'png', png],
    [`data:image/jpeg;base64,${jpeg}`, 'jpeg', jpeg],
    [`data:image/jpg;base64,${jpeg}`, 'jpeg', jpeg],
    ['data:image/gif;base64,R0lGODlh', 'gif', 'R0lGODlh'],
    ['data:image/webp;base64,UklGRgAAAABXRUJQ', 'webp', 'UklGRgAAAABXRUJQ'],
    // A wrong label, or none.
    [`data:image/png;base64,${jpeg}`, 'jpeg', jpeg],
    [`data:application/octet-stream;base64,${png}`, 'png', png],
    [`data:;base64,${png}`, 'png', png],
    // Bytes that say nothing.
    ['data:image/gif;base64,R0lGODlh', 'gif', 'R0lGODlh'],
    // The URL alphabet, no padding, line breaks, percent signs.
    ['data:image/jpeg;base64,_9j_4AAQ', 'jpeg', jpeg],
    [`data:image/png;base64,${png.replace('==', '')}`, 'png', png],
    [`data:image/png;base64,${png.slice(0, 8)}\r\n${png.slice(8)}`, 'png', png],
    [`data:image/png;base64, ${png.slice(0, 8)}\n  ${png.slice(8)}\n `, 'png', png],
    [`data:image/png;base64,${png.slice(0, 8)}%0A${png.slice(8)}`, 'png', png],
    [`data:image/png;base64,${png.replace('==', '%3D%3D')}`, 'png', png],
    ['data:image/jpeg;base64,%2F9j%2F4AAQ', 'jpeg', jpeg],
  ])('%s', (url, format, bytes) => {
    expect(block(image(url))).toEqual({ image: { format, source: { bytes } } })
  })

  test('the address may be a plain string', () => {
    const part: MediaPart = { type: 'image_url', image_url: `data:image/png;base64,${png}` }
    expect(block(part)).toEqual({ image: { format: 'png', source: { bytes: png } } })
    expect(refusalOf({ type: 'image_url', image_url: 'x' }).param).toBe('.image_url')
  })

  test.each([
    ['http://example.com/a.png', 'invalid_request', /https or a data URI/],
    ['ftp://example.com/a.png', 'invalid_request', /data URI/],
    ['data:image/bmp;base64,QUJD', 'unsupported', /image\/bmp.*png, jpeg, gif or webp/],
    ['data:image/svg+xml,%3Csvg/%3E', 'unsupported', /svg/],
    ['data:audio/mpeg;base64,QUJD', 'unsupported', /png, jpeg, gif or webp/],
    ['data:;base64,QUJD', 'unsupported', /cannot be told/],
    ['data:image/png,abc', 'invalid_request', /Base64/],
    ['data:image/png;base64,', 'invalid_request', /empty/],
    ['data:image/png;base64,%0A', 'invalid_request', /empty/],
    ['data:image/png;base64,***', 'invalid_request', /Base64/],
    ['data:image/png;base64,aGVsbG8gd29ybGQ=', 'invalid_request', /no image/],
    ['data:image/png;base64,QUJDR', 'invalid_request', /Base64/],
    ['data:image/png;base64,QUJ\u0141', 'invalid_request', /Base64/],
    ['data:image/png;base64,%zz', 'invalid_request', /Base64/],
    ['data:image/png;base64', 'invalid_request', /data URI/],
    [png, 'invalid_request', /data URI/],
    ['nonsense', 'invalid_request', /data URI/],
    ['', 'invalid_request', /data URI/],
  ])('refuses %j', (url, code, why) => {
    expect(refusalOf(image(url))).toEqual({ code, param: '.image_url.url', why: expect.stringMatching(why) })
  })

  test.each([1, 16_384, 100_000, 131_071])('are looked at to their end: %d', (at) => {
    const data = `iVBORw0KGgoA${'QUJD'.repeat(50_000)}`
    const uri = (text: string) => image(`data:image/png;base64,${text}`)
    const sent = (bytes: string) => ({ image: { format: 'png', source: { bytes } } })
    expect(block(uri(`${data}QUI=`))).toEqual(sent(`${data}QUI=`))
    for (const wrong of ['*', '====', '\u00e9', '\u0141\u0141\u0141\u0141', 'QUI=']) {
      const text = data.slice(0, at) + wrong + data.slice(at + wrong.length)
      expect(refusalOf(uri(text)).code).toBe('invalid_request')
    }
    expect(block(uri(`${data.slice(0, at)}\r\n${data.slice(at)}`))).toEqual(sent(data))
  })
})

describe('what Bedrock takes of images', () => {
  const bytesOf = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : Buffer.from(part))))
  const be16 = (value: number) => [value >> 8, value & 255]
  const le16 = (value: number) => [value & 255, value >> 8]
  const le24 = (value: number) => [...le16(value & 0xffff), value >> 16]
  const frame = (width: number, height: number, marker = 0xc0) => [
    0xff,
    marker,
    0,
    17,
    8,
    ...be16(height),
    ...be16(width),
  ]
  const sized: Readonly<Record<string, (width: number, height: number) => Buffer>> = {
    png: (width, height) =>
      bytesOf('\x89PNG\r\n\x1a\n', [0, 0, 0, 13], 'IHDR', [0, 0], be16(width), [0, 0], be16(height)),
    gif: (width, height) => bytesOf('GIF89a', le16(width), le16(height)),
    'webp VP8X': (width, height) => bytesOf('RIFF....WEBPVP8X........', le24(width - 1), le24(height - 1)),
    'webp VP8L': (width, height) => {
      const bits = Buffer.alloc(4)
      bits.writeUInt32LE(((width - 1) | ((height - 1) << 14)) >>> 0)
      return bytesOf('RIFF....WEBPVP8L....\x2f', [...bits], '.....')
    },
    'webp VP8': (width, height) => bytesOf('RIFF....WEBPVP8 .......\x9d\x01\x2a', le16(width), le16(height)),
    jpeg: (width, height) => bytesOf([0xff, 0xd8], frame(width, height), '....'),
    'progressive jpeg': (width, height) => bytesOf([0xff, 0xd8], frame(width, height, 0xc2), '....'),
    // A preview, a colour profile, tables and a filled marker before the frame.
    'jpeg of a camera': (width, height) =>
      bytesOf(
        [0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff],
        '.'.repeat(65_533),
        [0xff, 0xe2, 0xff, 0xfe],
        '\xff'.repeat(65_532),
        [0xff, 0xc4, 0, 3, 0xff, 0xff, 0xff],
        frame(width, height).slice(1),
        '....',
      ),
  }
  test.each(Object.keys(sized))('%s', (name) => {
    const format = name.includes('jpeg') ? 'jpeg' : name.split(' ')[0]
    const part = (width: number, height: number) =>
      image(`data:image/${format};base64,${sized[name]?.(width, height).toString('base64')}`)
    expect(block(part(8000, 8000))).toMatchObject({ image: { format } })
    for (const [width, height] of [
      [8001, 10],
      [10, 8001],
    ] as const) {
      expect(refusalOf(part(width, height))).toEqual({
        code: 'invalid_request',
        param: '.image_url.url',
        why: `This image has ${width} × ${height} pixels, and Bedrock takes 8000 on a side.`,
      })
    }
  })

  test.each([
    ['a PNG that is cut off', '\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0'],
    ['a PNG without a header', '\x89PNG\r\n\x1a\n0123IDAT\xff\xff\xff\xff\xff\xff\xff\xff'],
    ['a GIF that is cut off', 'GIF89a\xff\xff'],
    ['a WebP of another kind', 'RIFF....WEBPALPH...............'],
    ['a WebP that is cut off', 'RIFF....WEBPVP8X'],
    ['a JPEG that is cut off', '\xff\xd8\xff\xe0\0\x10'],
    ['a JPEG without segments', '\xff\xd8\xff............'],
    ['a JPEG of filled markers alone', `\xff\xd8${'\xff'.repeat(10_000)}`],
  ])('Bedrock judges %s', (_, bytes) => {
    expect(block(image(`data:;base64,${base64(bytes)}`))).toHaveProperty('image')
  })

  test('no more than 3.75 MB', () => {
    const part = (length: number) => {
      const bytes = Buffer.alloc(length)
      bytes.write(png, 'base64')
      return image(`data:image/png;base64,${bytes.toString('base64')}`)
    }
    expect(block(part(3_932_160))).toHaveProperty('image')
    expect(refusalOf(part(3_932_161))).toEqual({
      code: 'invalid_request',
      param: '.image_url.url',
      why: 'This image has 3.76 MB, and Bedrock takes 3.75.',
    })
  })

  test('no more than 20 in a request', () => {
    const media = mediaWith()
    const part = image(`data:image/png;base64,${png}`)
    for (let index = 0; index < 20; index += 1) media.block(part, `messages[${index}].content[0]`)
    expect(() => media.block(part, path)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: `${path}.image_url.url` }),
    )
  })
})

describe('documents', () => {
  const sent = (format: string, name: string, bytes: string) => ({ document: { format, name, source: { bytes } } })

  test.each([
    ['application/pdf', 'pdf'],
    ['text/csv', 'csv'],
    ['application/msword', 'doc'],
    [officeOf('wordprocessingml.document'), 'docx'],
    ['application/vnd.ms-excel', 'xls'],
    [officeOf('spreadsheetml.sheet'), 'xlsx'],
    ['text/html', 'html'],
    ['text/plain', 'txt'],
    ['text/markdown', 'md'],
  ])('%s', (type, format) => {
    expect(block(file(`data:${type};base64,${abc}`))).toEqual(sent(format, 'document', abc))
    expect(block(image(`data:${type};base64,${abc}`))).toEqual(sent(format, 'document', abc))
  })

  test.each([
    // The label, then the name, then the bytes.
    [`data:text/csv;base64,${abc}`, 'a.txt', 'csv'],
    [`data:application/octet-stream;base64,${abc}`, 'a.csv', 'csv'],
    [`data:;base64,${abc}`, 'a.DOCX', 'docx'],
    [`data:application/octet-stream;base64,${pdf}`, undefined, 'pdf'],
    [abc, 'a.md', 'md'],
    [abc, 'a.htm', 'html'],
    [pdf, undefined, 'pdf'],
    [pdf.replace('=', ''), 'a', 'pdf'],
    // A browser on Windows says so of every CSV file.
    [`data:application/vnd.ms-excel;base64,${abc}`, 'a.csv', 'csv'],
    // What it is counts more than what it is called.
    [`data:text/plain;base64,${pdf}`, 'a.txt', 'pdf'],
  ])('%j called %j', (data, filename, format) => {
    expect(block(file(data, filename))).toMatchObject({ document: { format } })
  })

  test.each([
    ['data:text/plain,Hello%20there', 'txt', 'Hello there'],
    ['data:text/plain;charset=utf-8,caf%C3%A9', 'txt', 'caf\u00c3\u00a9'],
    ['data:text/plain,50 €', 'txt', '50 \u00e2\u0082\u00ac'],
    ['DATA:Text/CSV,a;b', 'csv', 'a;b'],
    ['data:text/html,<p>', 'html', '<p>'],
    ['data:,x', 'txt', 'x'],
    // It only looks like the bytes of an image.
    ['data:text/plain,GIF89a', 'txt', 'GIF89a'],
  ])('text as it is: %s', (data, format, bytes) => {
    expect(block(file(data))).toEqual(sent(format, 'document', base64(bytes)))
  })

  test('go by the names of their files, each once', () => {
    const media = mediaWith()
    const names = ['quarterly/report_1.pdf', undefined, 'report 1.pdf', 'report-1.pdf'].map((filename) =>
      media.block(file(pdf, filename), path),
    )
    expect(names).toMatchObject(
      ['report 1', 'document', 'report 1 2', 'report-1'].map((name) => ({ document: { name } })),
    )
  })

  test.each([
    [
      file(`data:application/json;base64,${abc}`, 'a.txt'),
      '.file.file_data',
      'unsupported',
      /application\/json.*pdf, csv/,
    ],
    [file(`data:application/zip;base64,${abc}`, 'a.docx'), '.file.file_data', 'unsupported', /application\/zip/],
    [file(abc), '.file.file_data', 'unsupported', /cannot be told/],
    [file(abc, 'a.exe'), '.file.file_data', 'unsupported', /cannot be told/],
    [file('data:application/pdf,abc'), '.file.file_data', 'invalid_request', /Base64/],
    [file('data:text/plain,%E9'), '.file.file_data', 'invalid_request', /UTF-8/],
    [file('data:text/plain,'), '.file.file_data', 'invalid_request', /empty/],
    [file('data:text/plain;base64,'), '.file.file_data', 'invalid_request', /empty/],
    [file('data:nonsense'), '.file.file_data', 'invalid_request', /no file/],
    [file('what is in it', 'a.txt'), '.file.file_data', 'invalid_request', /no file/],
    [file('http://example.com/a.pdf'), '.file.file_data', 'invalid_request', /https/],
    [file(''), '.file', 'invalid_request', /file_data/],
    [{ type: 'file', file: { filename: 'a.pdf' } }, '.file', 'invalid_request', /file_data/],
    [{ type: 'file', file: { file_id: 'file-abc' } }, '.file.file_id', 'unsupported', /keeps no files.*file_data/],
    [{ type: 'file', file: { file_id: 'https://x.example/a.pdf' } }, '.file.file_id', 'unsupported', /keeps no files/],
  ] as const)('refuses %j', (part, param, code, why) => {
    expect(refusalOf(part)).toEqual({ code, param, why: expect.stringMatching(why) })
  })

  test('no more than 4.5 MB', () => {
    const part = (length: number) => file(Buffer.alloc(length, '.').toString('base64'), 'a.txt')
    expect(block(part(4_718_592))).toHaveProperty('document')
    expect(refusalOf(part(4_718_593))).toEqual({
      code: 'invalid_request',
      param: '.file.file_data',
      why: 'This document has 4.51 MB, and Bedrock takes 4.5.',
    })
  })

  test('no more than 5 in a request, and images do not count', () => {
    const media = mediaWith()
    media.block(file(png), path)
    for (let index = 0; index < 5; index += 1) media.block(file(pdf), path)
    expect(() => media.block(file(pdf), path)).toThrow(
      expect.objectContaining({ code: 'invalid_request', param: `${path}.file.file_data` }),
    )
  })
})

describe('videos and sounds', () => {
  test.each([
    ['video/x-matroska', 'mkv'],
    ['video/quicktime', 'mov'],
    ['video/mp4', 'mp4'],
    ['video/webm', 'webm'],
    ['video/x-flv', 'flv'],
    ['video/mpeg', 'mpeg'],
    ['video/x-ms-wmv', 'wmv'],
    ['video/3gpp', 'three_gp'],
  ])('%s', (type, format) => {
    const uri = `data:${type};base64,${abc}`
    for (const part of [video(uri), image(uri), file(uri), { type: 'video_url', video_url: uri } as const]) {
      expect(block(part)).toEqual({ video: { format, source: { bytes: abc } } })
    }
  })

  test.each([
    ['....ftypqt  ', { video: { format: 'mov' } }],
    ['....ftypisom', { video: { format: 'mp4' } }],
    ['....ftyp3gp4', { video: { format: 'three_gp' } }],
    ['....ftypM4A ', { audio: { format: 'm4a' } }],
    ['\x1a\x45\xdf\xa3\x01\x42\x82\x84webm', { video: { format: 'webm' } }],
    ['\x1a\x45\xdf\xa3\x01\x42\x82\x88matroska', { video: { format: 'mkv' } }],
    ['FLV\x01', { video: { format: 'flv' } }],
    ['\0\0\x01\xba', { video: { format: 'mpeg' } }],
    ['RIFF....WAVEfmt ', { audio: { format: 'wav' } }],
    ['ID3\x04', { audio: { format: 'mp3' } }],
    ['\xff\xfb\x90', { audio: { format: 'mp3' } }],
    ['\xff\xf1\x50', { audio: { format: 'aac' } }],
    ['fLaC', { audio: { format: 'flac' } }],
    ['OggS........................OpusHead', { audio: { format: 'opus' } }],
    ['OggS', { audio: { format: 'ogg' } }],
  ])('by their first bytes: %j', (bytes, found) => {
    expect(block(file(base64(bytes)))).toMatchObject(found)
    // Such bytes may hold either, so that what is said counts.
    expect(block(file(`data:audio/mp4;base64,${base64(bytes)}`))).toMatchObject({ audio: { format: 'mp4' } })
  })

  test.each([
    ['wav', 'wav'],
    ['mp3', 'mp3'],
    ['MP3', 'mp3'],
    ['audio/mpeg', 'mp3'],
    ['mpga', 'mp3'],
    ['x-wav', 'wav'],
    ['flac', 'flac'],
    ['opus', 'opus'],
    ['ogg', 'ogg'],
    ['aac', 'aac'],
    ['m4a', 'm4a'],
    ['mp4', 'mp4'],
    ['webm', 'webm'],
    ['mkv', 'mkv'],
    ['pcm', 'pcm'],
  ])('sound in %s', (name, format) => {
    for (const data of [abc, `data:audio/x;base64,${abc}`]) {
      expect(block(sound(data, name))).toEqual({ audio: { format, source: { bytes: abc } } })
    }
  })

  test.each([
    ['audio/mpeg', 'mp3'],
    ['audio/x-wav', 'wav'],
    ['audio/ogg', 'ogg'],
  ])('a file of type %s', (type, format) => {
    expect(block(file(`data:${type};base64,${abc}`))).toEqual({ audio: { format, source: { bytes: abc } } })
  })

  test.each([
    [sound(abc, 'aiff'), '.input_audio.format', 'unsupported', /mp3, opus, wav/],
    [sound('', 'wav'), '.input_audio.data', 'invalid_request', /empty/],
    [sound('***', 'wav'), '.input_audio.data', 'invalid_request', /Base64/],
    [sound('https://example.com/a.wav', 'wav'), '.input_audio.data', 'invalid_request', /Base64/],
    [video(`data:image/png;base64,${png}`), '.video_url.url', 'unsupported', /a video \(mkv/],
    [video('http://example.com/a.mp4'), '.video_url.url', 'invalid_request', /https/],
    [video(abc), '.video_url.url', 'invalid_request', /data URI/],
    [{ type: 'video_url', video_url: 'x' }, '.video_url', 'invalid_request', /data URI/],
  ] as const)('refuses %j', (part, param, code, why) => {
    expect(refusalOf(part)).toEqual({ code, param, why: expect.stringMatching(why) })
  })

  test('one video of 25 MB', () => {
    const media = mediaWith()
    const part = (length: number) => video(`data:video/mp4;base64,${Buffer.alloc(length).toString('base64')}`)
    expect(media.block(part(26_214_400), path)).toHaveProperty('video')
    expect(refusalOf(part(26_214_401))).toMatchObject({ code: 'invalid_request', param: '.video_url.url' })
    expect(() => media.block(part(3), path)).toThrow(
      expect.objectContaining({
        code: 'invalid_request',
        param: `${path}.video_url.url`,
        message: expect.stringContaining('1 video in'),
      }),
    )
  })
})

describe('files that were fetched', () => {
  const url = 'https://example.com/files/a'
  const at = (contentType: string, bytes: string, end = ''): Setting => ({
    files: { [url + end]: { contentType, bytes: Buffer.from(bytes, 'latin1') } },
  })
  const pngBytes = Buffer.from(png, 'base64').toString('latin1')

  test.each([
    // The bytes, then what the host says, then the address.
    ['', at('application/octet-stream', pngBytes), { image: { format: 'png', source: { bytes: png } } }],
    ['', at('image/jpeg', pngBytes), { image: { format: 'png' } }],
    ['', at('image/webp', 'RIFF\0\0\0\0WEBP'), { image: { format: 'webp' } }],
    ['.gif', at('binary/octet-stream', 'GIF89a', '.gif'), { image: { format: 'gif' } }],
    ['.JPG?sig=a.png', at('', '\xff\xd8\xff\xe0', '.JPG?sig=a.png'), { image: { format: 'jpeg' } }],
    ['.png', at('application/pdf', '%PDF-1.7', '.png'), { document: { format: 'pdf', name: 'a' } }],
    ['.mp4', at('', 'abc', '.mp4'), { video: { format: 'mp4' } }],
  ])('image_url %s', (end, setting, found) => {
    expect(block(image(url + end), setting)).toMatchObject(found)
  })

  test.each([
    ['', 'report.pdf', at('application/octet-stream', 'abc'), { document: { format: 'pdf', name: 'report' } }],
    ['/b%20c.docx', undefined, at('', 'abc', '/b%20c.docx'), { document: { format: 'docx', name: 'b c' } }],
    ['/b%zz.docx', undefined, at('', 'abc', '/b%zz.docx'), { document: { format: 'docx', name: 'b zz' } }],
    ['.csv', 'report', at('text/plain', 'abc', '.csv'), { document: { format: 'txt', name: 'report' } }],
    ['.md', 'report', at('', 'abc', '.md'), { document: { format: 'md', name: 'report' } }],
    ['', undefined, at('text/html', '<p>'), { document: { format: 'html', name: 'a' } }],
    ['', undefined, at('audio/mpeg', 'abc'), { audio: { format: 'mp3' } }],
  ])('file %s called %s', (end, name, setting, found) => {
    expect(block(file(url + end, name), setting)).toMatchObject(found)
  })

  test.each([
    // How a host that wants a password answers.
    [image(url), at('text/html', '<p>'), 'invalid_request', '.image_url.url', /text \(text\/html\)/],
    [image(`${url}.png`), at('text/html', '<p>', '.png'), 'invalid_request', '.image_url.url', /text/],
    [file(`${url}.pdf`), at('text/html', '<p>', '.pdf'), 'invalid_request', '.file.file_data', /text/],
    [file(url, 'a.docx'), at('text/plain', '404'), 'invalid_request', '.file.file_data', /text/],
    [image(url), at('image/avif', 'abc'), 'unsupported', '.image_url.url', /image\/avif/],
    [image(url), at('', 'abc'), 'unsupported', '.image_url.url', /cannot be told/],
    [file(url), at('application/json', '{}'), 'unsupported', '.file.file_data', /json/],
    [video(url), at('image/png', pngBytes), 'unsupported', '.video_url.url', /a video/],
    [image(url), at('image/png', ''), 'invalid_request', '.image_url.url', /empty/],
    [image(url), {}, 'internal', '.image_url.url', /not fetched/],
  ] as const)('refuses %j with %j', (part, setting, code, param, why) => {
    expect(refusalOf(part, setting)).toEqual({ code, param, why: expect.stringMatching(why) })
  })

  test('a view of a larger buffer is sent alone', () => {
    const bytes = new Uint8Array(Buffer.from('xx%PDF-1.7\nxx')).subarray(2, 11)
    const files = { [url]: { contentType: 'application/pdf', bytes } }
    expect(block(image(url), { files })).toMatchObject({ document: { format: 'pdf', source: { bytes: pdf } } })
  })

  test('what comes out large is refused', () => {
    const setting = at('image/png', '\0'.repeat(3_932_161))
    expect(refusalOf(image(url), setting)).toMatchObject({ code: 'invalid_request', param: '.image_url.url' })
  })
})

describe('objects in S3', () => {
  const s3Sources = ['bucket']
  test.each([
    [image('s3://bucket/a/b.png'), { image: { format: 'png' } }],
    [image('s3://bucket/b.JPG'), { image: { format: 'jpeg' } }],
    [image('s3://bucket/b.pdf'), { document: { format: 'pdf', name: 'b' } }],
    [image('s3://bucket/b.mp4'), { video: { format: 'mp4' } }],
    [video('s3://bucket/b.3gp'), { video: { format: 'three_gp' } }],
    [file('s3://bucket/b.docx'), { document: { format: 'docx', name: 'b' } }],
    [file('s3://bucket/b', 'report.csv'), { document: { format: 'csv', name: 'report' } }],
    [{ type: 'file', file: { file_id: 's3://bucket/b.pdf' } }, { document: { format: 'pdf', name: 'b' } }],
    [file('s3://bucket/b.flac'), { audio: { format: 'flac' } }],
  ] as const)('%j', (part, found) => {
    const [kind] = Object.keys(found)
    const file = part.type === 'file' ? part.file : part
    const uri = /s3:[^"]*/.exec(JSON.stringify(file))?.[0]
    const sent = block(part, { s3Sources })
    expect(sent).toMatchObject(found)
    expect(sent).toHaveProperty(`${kind}.source`, { s3Location: { uri } })
  })

  test.each([
    [image('s3://bucket/a'), 'unsupported', '.image_url.url', /png, jpeg, gif or webp/],
    [image('s3://bucket/a.bmp'), 'unsupported', '.image_url.url', /png, jpeg, gif or webp/],
    [video('s3://bucket/a.png'), 'unsupported', '.video_url.url', /mkv, mov, mp4/],
    [file('s3://bucket/a.zip'), 'unsupported', '.file.file_data', /pdf, csv/],
    [image('s3://other/a.png'), 'unsupported', '.image_url.url', /s3Sources/],
    [{ type: 'file', file: { file_id: 's3://other/a.pdf' } }, 'unsupported', '.file.file_id', /s3Sources/],
    [image('S3://bucket/a.png'), 'invalid_request', '.image_url.url', /s3:\/\/bucket\/key/],
    [image('s3://bucket/../a.png'), 'invalid_request', '.image_url.url', /s3:\/\/bucket\/key/],
  ] as const)('refuses %j', (part, code, param, why) => {
    expect(refusalOf(part, { s3Sources })).toEqual({ code, param, why: expect.stringMatching(why) })
  })

  test('none, unless the entry says which', () => {
    expect(refusalOf(image('s3://bucket/a.png'))).toMatchObject({ code: 'unsupported', param: '.image_url.url' })
  })
})

describe('what the model takes', () => {
  const dataOf: Readonly<Record<string, MediaPart>> = {
    vision: image(`data:image/png;base64,${png}`),
    documents: file(pdf, 'a.pdf'),
    video: video(`data:video/mp4;base64,${abc}`),
    audio: sound(abc, 'wav'),
  }
  const features = Object.keys(dataOf) as Feature[]

  test.each(features)('%s', (feature) => {
    for (const has of features) {
      const part = dataOf[has] as MediaPart
      if (has === feature) expect(block(part, { features: [feature] })).toBeDefined()
      else expect(refusalOf(part, { features: [feature] })).toMatchObject({ code: 'unsupported', param: '' })
    }
  })

  test.each([
    ['vision', image(`data:application/pdf;base64,${pdf}`), /read documents/],
    ['vision', image('https://example.com/a.pdf'), /read documents/],
    ['vision', image('s3://bucket/a.mp4'), /watch videos/],
    ['documents', file(png), /see images/],
    ['documents', file('data:audio/wav;base64,AAAA'), /listen to sound/],
    ['documents', video('https://example.com/a'), /watch videos/],
    ['tools', image('https://example.com/a'), /see images/],
    ['tools', file('https://example.com/a'), /read documents/],
  ] as const)('with %s alone, %j is refused', (feature, part, why) => {
    const refused = refusalOf(part, { features: [feature], s3Sources: ['bucket'] })
    expect(refused).toEqual({ code: 'unsupported', param: '', why: expect.stringMatching(why) })
  })

  test('a refusal names only what the model takes', () => {
    const { why } = refusalOf(file(`data:application/zip;base64,${abc}`), { features: ['vision'] })
    expect(why).toBe('Bedrock takes no file of type application/zip here. Send an image (png, jpeg, gif or webp).')
  })
})

test('tells of the members that are not sent', () => {
  const media = mediaWith()
  const cache_control = { type: 'ephemeral' } as const
  const url = `data:image/png;base64,${png}`
  media.block({ type: 'image_url', image_url: { url, detail: 'high', a: 1 }, cache_control, b: 2 }, 'p[0]')
  media.block({ type: 'image_url', image_url: { url, detail: 'auto' } }, 'p[1]')
  media.block({ type: 'image_url', image_url: { url, detail: null } }, 'p[2]')
  media.block({ type: 'video_url', video_url: { url: `data:video/mp4;base64,${abc}`, fps: 2 }, c: 3 }, 'p[3]')
  media.block({ type: 'file', file: { file_data: pdf, filename: 'a', file_id: 'x', d: 4 }, cache_control }, 'p[4]')
  media.block({ type: 'input_audio', input_audio: { data: abc, format: 'wav', e: 5 } }, 'p[5]')
  expect(media.dropped).toEqual([
    'p[0].b',
    'p[0].image_url.a',
    'p[0].image_url.detail',
    'p[3].c',
    'p[3].video_url.fps',
    'p[4].file.file_id',
    'p[4].file.d',
    'p[5].input_audio.e',
  ])
})

test('an image as a program writes it', () => {
  const chunk = (name: string, data: Buffer) => {
    const head = Buffer.alloc(4)
    head.writeUInt32BE(data.byteLength)
    return Buffer.concat([head, Buffer.from(name), data, Buffer.alloc(4)])
  }
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0])
  const bytes = Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(Buffer.alloc(4))),
    chunk('IEND', Buffer.alloc(0)),
  ]).toString('base64')
  expect(block(image(`data:image/png;base64,${bytes}`))).toEqual({ image: { format: 'png', source: { bytes } } })
})
