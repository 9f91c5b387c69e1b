/** Ids and paths may be what a caller wrote: only printable ASCII goes into a header, and not much of it. */
export const headerText = (text: string): string => text.slice(0, 1000).replace(/[^\x20-\x7e]/g, '?')
