import type { ErrorCode, YAMLError } from 'yaml'

/**
 * What a fault of the YAML says, in our words. The parser's own quote the text around the fault, or the name of an alias or a
 * tag, and each of these can be a secret that lacks its quotation marks.
 */
const messages: { readonly [code in ErrorCode]: string } = {
  ALIAS_PROPS: 'an alias (*name) cannot have an anchor or a tag',
  BAD_ALIAS: 'begins with *, which makes it an alias; put it in quotes if it is text',
  BAD_COLLECTION_TYPE: 'has a tag that does not fit its value',
  BAD_DIRECTIVE: 'a line that begins with % is a YAML directive, and this one is unknown',
  BAD_DQ_ESCAPE: 'has an unknown escape; in double quotes a backslash is written \\\\',
  BAD_INDENT: 'is indented too little, or a bracket is not closed',
  BAD_PROP_ORDER: 'an anchor or a tag is in the wrong place',
  BAD_SCALAR_START: 'begins with a character that YAML keeps for itself; put it in quotes',
  BLOCK_AS_IMPLICIT_KEY:
    'a member begins where a value was due; check the indentation, or put text that holds ": " in quotes',
  BLOCK_IN_FLOW: 'an indented block cannot stand within brackets',
  DUPLICATE_KEY: 'is written twice',
  IMPOSSIBLE: 'is not valid YAML',
  KEY_OVER_1024_CHARS: 'a name is longer than 1024 characters',
  MISSING_CHAR: 'a quotation mark, a bracket, a comma, or the space after a colon is missing',
  MULTILINE_IMPLICIT_KEY: 'the space after a colon is missing, or a line is not indented as those around it',
  MULTIPLE_ANCHORS: 'has more than one anchor',
  MULTIPLE_DOCS: 'a second document begins here; a config is one document',
  MULTIPLE_TAGS: 'has more than one tag',
  NON_STRING_KEY: 'the name of a member must be text',
  RESOURCE_EXHAUSTION: 'is nested too deeply',
  TAB_AS_INDENT: 'is indented with a tab; use spaces',
  TAG_RESOLVE_FAILED: 'has a tag (!name) that is unknown or does not fit; put it in quotes if it is text',
  UNEXPECTED_TOKEN: 'something is here that does not belong; check brackets and quotation marks',
}

export interface SyntaxFault {
  readonly offset: number
  readonly message: string
}

/** One for each line at most: what follows a fault in its line is its consequence. */
export function syntaxFaults(errors: readonly YAMLError[], lineOf: (offset: number) => number): readonly SyntaxFault[] {
  const exhausted = errors.find(({ code }) => code === 'RESOURCE_EXHAUSTION')
  const byLine = new Map<number, SyntaxFault>()
  for (const { code, pos } of exhausted === undefined ? errors : [exhausted]) {
    const line = lineOf(pos[0])
    if (!byLine.has(line) && byLine.size < 20) byLine.set(line, { offset: pos[0], message: messages[code] })
  }
  return [...byLine.values()]
}
