/** A text as one segment of a path, or as a part of a query, in AWS's spelling: `encodeURIComponent` leaves five characters that it encodes. */
export const uriEncode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
