/**
 * What the documents say exists, exists.
 *
 * To fix: rename the command or path in the document, or bring it back. Write a path in backticks only for files of this
 * repository; write `npm run name` only for a script of package.json.
 */
import { posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { exists, projectFiles, readProjectFile } from './project.ts'

const documents = projectFiles.filter((path) => path.endsWith('.md'))
const scripts = new Set(Object.keys((JSON.parse(readProjectFile('package.json')) as { scripts: object }).scripts))

describe.each(documents)('%s', (document) => {
  const text = readProjectFile(document)

  test('names npm scripts that exist', () => {
    const named = [...text.matchAll(/\bnpm (?:run (?:-s |--silent )?([\w:-]+)|(start|test)\b)/g)].map(
      (m) => m[1] ?? m[2] ?? '',
    )
    expect(named.filter((name) => !scripts.has(name))).toEqual([])
  })

  test('links to files that exist', () => {
    const links = [...text.matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)(?:#[^)]*)?\)/g)].map((m) => m[1] ?? '')
    expect(links.filter((link) => !exists(posix.join(posix.dirname(document), link)))).toEqual([])
  })

  test('names files that exist', () => {
    const top = 'ingest|transforms|warehouse|api|portal|dashboards|docs|scripts'
    const paths = [...text.matchAll(new RegExp(`\`((?:${top})/[\\w./-]+)\``, 'g'))].map((m) => m[1] ?? '')
    expect(paths.filter((path) => !exists(path))).toEqual([])
  })
})

test('the README fits on a page and shows the product', () => {
  const readme = exists('README.md') ? readProjectFile('README.md') : ''
  expect(readme.split('\n').length).toBeLessThanOrEqual(60)
  expect(readme).toContain('docs/overview.png')
})
