import { describe, expect, test } from 'vitest'
import { imageBlock } from './image.ts'

const png = 'iVBORw0KGgoAAAANSUhEUg=='

describe('images', () => {
  test.each([
    [`data:image/png;base64,${png}`, 'png', png],
    [`DATA:IMAGE/PNG;BASE64,${png}`, 'png', png],
    [`data:image/png;charset=utf-8;base64,${png}`, 'png', png],
    ['data:image/jpeg;base64,/9j/4AAQ', 'jpeg', '/9j/4AAQ'],
    ['data:image/jpg;base64,/9j/4AAQ', 'jpeg', '/9j/4AAQ'],
    ['data:image/gif;base64,R0lGODlh', 'gif', 'R0lGODlh'],
    ['data:image/webp;base64,UklGRgAA', 'webp', 'UklGRgAA'],
    // A wrong label.
    ['data:image/png;base64,/9j/4AAQ', 'jpeg', '/9j/4AAQ'],
    // Bytes that say nothing.
    ['data:image/gif;base64,QUJD', 'gif', 'QUJD'],
    // The URL alphabet, no padding, line breaks, percent signs.
    ['data:image/jpeg;base64,_9j_4AAQ', 'jpeg', '/9j/4AAQ'],
    [`data:image/png;base64,${png.replace('==', '')}`, 'png', png],
    [`data:image/png;base64,${png.slice(0, 8)}\r\n${png.slice(8)}`, 'png', png],
    [`data:image/png;base64,${png.replace('==', '%3D%3D')}`, 'png', png],
  ])('%s', (url, format, bytes) => {
    expect(imageBlock(url, 'p')).toEqual({ image: { format, source: { bytes } } })
  })

  test.each([
    ['https://example.com/a.png', 'unsupported', /data URI/],
    ['s3://bucket/a.png', 'unsupported', /data URI/],
    ['data:image/bmp;base64,QUJD', 'unsupported', /image\/png, image\/jpeg, image\/gif or image\/webp/],
    ['data:application/pdf;base64,QUJD', 'unsupported', /application\/pdf/],
    ['data:;base64,QUJD', 'unsupported', /image\/png/],
    ['data:image/png,abc', 'invalid_request', /Base64/],
    ['data:image/png;base64,', 'invalid_request', /Base64/],
    ['data:image/png;base64,***', 'invalid_request', /Base64/],
    ['nonsense', 'invalid_request', /data URI/],
    ['', 'invalid_request', /data URI/],
  ])('refuses %j', (url, code, message) => {
    expect(() => imageBlock(url, 'messages[0].content[0]')).toThrow(
      expect.objectContaining({ code, param: 'messages[0].content[0]', message: expect.stringMatching(message) }),
    )
  })

  test.each([1, 65_536, 100_000, 131_071])('looks at megabytes of data to their end: %d', (at) => {
    const data = 'QUJD'.repeat(50_000)
    const uri = (text: string) => `data:image/png;base64,${text}`
    expect(imageBlock(uri(`${data}QUI=`), 'p').image.source).toEqual({ bytes: `${data}QUI=` })
    for (const wrong of ['*', '====', '\u00e9', 'QUI=']) {
      const text = data.slice(0, at) + wrong + data.slice(at + wrong.length)
      expect(() => imageBlock(uri(text), 'p')).toThrow(expect.objectContaining({ code: 'invalid_request' }))
    }
    const broken = imageBlock(uri(`${data.slice(0, at)}\r\n${data.slice(at)}`), 'p')
    expect(broken.image.source).toEqual({ bytes: data })
  })
})
