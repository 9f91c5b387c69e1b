import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { documentNames } from './document-names.ts'

const namesOf = (filenames: readonly string[]) => filenames.map(documentNames())

describe('the names of documents', () => {
  test.each([
    ['report.pdf', 'report'],
    ['quarterly/report.pdf', 'report'],
    ['C:\\Users\\ana\\report.pdf', 'report'],
    ['s3://bucket/a/report.pdf', 'report'],
    ['../../etc/passwd', 'passwd'],
    ['annual_report  2024.final.docx', 'annual report 2024 final'],
    ['Q1 (draft) [v2] - copy.xlsx', 'Q1 (draft) [v2] - copy'],
    ['Résumé_Müller.pdf', 'Resume Muller'],
    ['ﬁle.pdf', 'file'],
    ['報告.pdf', 'document'],
    ['報告 2024.pdf', '2024'],
    ['.pdf', 'pdf'],
    ['', 'document'],
    ['   ', 'document'],
    ['a/', 'document'],
    ['tab\tand\nline.txt', 'tab and line'],
    ['a.longextension', 'a longextension'],
    [`${'long '.repeat(100)}.pdf`, `${'long '.repeat(35)}long`],
  ])('%j → %j', (filename, name) => {
    expect(namesOf([filename])).toEqual([name])
  })

  test('are told apart by a number', () => {
    const filenames = ['a.pdf', 'a.txt', 'b/a.pdf', 'a 2.pdf', '', '', 'a 2.pdf']
    expect(namesOf(filenames)).toEqual(['a', 'a 2', 'a 3', 'a 2 2', 'document', 'document 2', 'a 2 3'])
  })
})

test('whatever files are called, Bedrock takes their names, and earlier ones stay as a conversation grows', () => {
  const filename = fc.oneof(
    fc.string({ unit: 'grapheme', maxLength: 300 }),
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.stringMatching(/^[ab ./_]{0,4}(\.pdf)?$/),
    fc.constantFrom('a'.repeat(400), 'document', 'document 2', 'document 2 2.pdf'),
  )
  fc.assert(
    fc.property(fc.array(filename, { maxLength: 12 }), fc.nat({ max: 12 }), (filenames, turn) => {
      const names = namesOf(filenames)
      for (const name of names) {
        expect(name).toMatch(/^[a-zA-Z0-9()[\]-]+( [a-zA-Z0-9()[\]-]+)*$/)
        expect(name.length).toBeLessThanOrEqual(200)
      }
      expect(new Set(names).size).toBe(names.length)
      expect(namesOf(filenames.slice(0, turn))).toEqual(names.slice(0, turn))
    }),
  )
})
