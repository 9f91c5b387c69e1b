/** Elements by name, in their order. */
export interface Elements {
  readonly [name: string]: string | Elements
}

/** A document whose root has this namespace and nothing has attributes. */
export function writeXml(root: string, namespace: string, elements: Elements): string {
  return `<${root} xmlns="${escapeXml(namespace)}">\n${writeElements(elements, '  ')}</${root}>\n`
}

function writeElements(elements: Elements, indent: string): string {
  return Object.entries(elements)
    .map(([name, value]) => {
      const content = typeof value === 'string' ? escapeXml(value) : `\n${writeElements(value, `${indent}  `)}${indent}`
      return `${indent}<${name}>${content}</${name}>\n`
    })
    .join('')
}

function escapeXml(text: string): string {
  return text.replace(FORBIDDEN, '\ufffd').replace(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`)
}

// No document of XML 1.0 can hold these, escaped or not.
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu
