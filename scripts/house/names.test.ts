/**
 * Names and lengths.
 *
 * To fix a name: one noun in kebab-case (`dead-letter.ts`), PascalCase for a Vue component, snake_case for SQL and for
 * YAML that names a relation or a metric. To fix a length: the file holds two subjects; give the second its own file.
 */
import { basename, dirname } from 'node:path'
import { expect, test } from 'vitest'
import { projectFiles, readProjectFile } from './project.ts'

const LONGEST = 350
/** Written by a program, read by nobody. */
const generated = new Set(['portal/api/routes.ts'])
const inFolders = projectFiles.filter((path) => path.includes('/'))
const kebab = /^[a-z0-9]+(-[a-z0-9]+)*$/
const snake = /^[a-z0-9]+(_[a-z0-9]+)*$/

/** File name rules by extension, without the suffixes that say how a file is run or typed. */
function isWellNamed(path: string): boolean {
  const name = basename(path).replace(/\.(test|db\.test|e2e\.test|d|config)(?=\.)/g, '')
  const stem = name.replace(/\.\w+$/, '')
  // Migrations are numbered; their order is their name.
  if (/(^|\/)migrations\/\d+_/.test(path)) return snake.test(stem)
  // Languages are named by their tags.
  if (path.startsWith('portal/i18n/')) return kebab.test(stem.toLowerCase())
  if (name.endsWith('.vue')) return /^[A-Z][A-Za-z0-9]*$/.test(stem)
  if (/\.(ts|mjs|sh)$/.test(name)) return kebab.test(stem)
  if (name.endsWith('.sql')) return snake.test(stem)
  return true
}

test('files are named for one thing, in the case of their kind', () => {
  expect(inFolders.filter((path) => !isWellNamed(path))).toEqual([])
})

test('no file or folder is a drawer for everything', () => {
  const drawers = new Set(['utils', 'util', 'helpers', 'helper', 'types', 'common', 'shared', 'misc', 'lib'])
  const broken = inFolders.filter((path) =>
    [...dirname(path).split('/'), basename(path).replace(/\..*$/, '')].some((part) => drawers.has(part)),
  )
  expect(broken).toEqual([])
})

test(`no source file is longer than ${LONGEST} lines`, () => {
  const long = inFolders
    .filter((path) => /\.(ts|vue|sql|mjs|sh|css)$/.test(path) && !generated.has(path))
    .map((path) => ({ path, lines: readProjectFile(path).trimEnd().split('\n').length }))
    .filter(({ lines }) => lines > LONGEST)
  expect(long).toEqual([])
})
