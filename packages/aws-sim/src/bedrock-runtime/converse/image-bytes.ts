/** What the first bytes of an image tell. */
export function imageFormat(head: Buffer): 'png' | 'jpeg' | 'gif' | 'webp' | undefined {
  if (head.subarray(0, 8).toString('latin1') === '\x89PNG\r\n\x1a\n') return 'png'
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'jpeg'
  if (/^GIF8[79]a$/.test(head.subarray(0, 6).toString('latin1'))) return 'gif'
  if (/^RIFF.{4}WEBP$/s.test(head.subarray(0, 12).toString('latin1'))) return 'webp'
  return undefined
}

/** Width and height in pixels, for the formats that say so at the start. */
export function imageSize(head: Buffer): { width: number; height: number } | undefined {
  const format = imageFormat(head)
  if (format === 'png' && head.length >= 24) return { width: head.readUInt32BE(16), height: head.readUInt32BE(20) }
  if (format === 'gif' && head.length >= 10) return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) }
  return undefined
}
