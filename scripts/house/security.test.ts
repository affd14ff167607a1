/**
 * docs/security.md says what is true: every line of its checklist names a test that exists or says why there is none, and its
 * roles are those of the code. So does docs/operations.md of every line of its tables.
 *
 * To fix: name the test as it is called in its file, `path`: test name; or write the table of roles as this test expects it.
 */
import { expect, test } from 'vitest'
import { permissions, permissionsOf, roles } from '#api/contract/permissions.ts'
import { exists, isTest, readProjectFile, sourceFiles } from './project.ts'

const document = readProjectFile('docs/security.md')
const rows = document.split('\n').flatMap((line) => {
  const [, id, , , shown] = /^\| (S\d+) +\| (.*?) +\| (.*?) +\| (.*?) +\|$/.exec(line) ?? []
  return id === undefined || shown === undefined ? [] : [{ id, shown }]
})

test('the checklist has every line once', () => {
  expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 48 }, (_, n) => `S${n + 1}`))
})

test.each(rows)('$id names tests that exist, or a reason', ({ shown }) => {
  if (/^(Not done|Does not apply[^:]*): ./.test(shown) && !shown.includes('`:')) return
  const named = testsIn(shown)
  expectTests(named)
})

const operations = readProjectFile('docs/operations.md')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('.test.ts`: '))

test.each(operations)('what goes on: %s', (line) => {
  const cell = line.split('|').at(-2) ?? ''
  expectTests(testsIn(cell.trim()))
})

test('every part that may be away is told of', () => {
  const away = operations.map((line) => line.split('|')[1]?.trim())
  expect(away.slice(0, 7)).toEqual([
    'Kafka',
    'Warehouse',
    'Redis',
    'PostgreSQL',
    'Mail server',
    'Outside systems',
    'Room on disk',
  ])
})

function testsIn(shown: string): { path: string; name: string }[] {
  return [...shown.matchAll(/`([^`]+\.test\.ts)`: (.+?)(?=; `|$)/g)].map(([, path = '', name = '']) => ({ path, name }))
}

function expectTests(named: readonly { path: string; name: string }[]): void {
  expect(named.length).toBeGreaterThan(0)
  for (const { path, name } of named) {
    expect([path, exists(path)]).toEqual([path, true])
    // In its quotes, so that half a name is none.
    const text = readProjectFile(path)
    expect([path, name, [`'${name}'`, `"${name}"`, `\`${name}\``].some((quoted) => text.includes(quoted))]).toEqual([
      path,
      name,
      true,
    ])
  }
}

test('the roles are those of the code', () => {
  const cells = (line: string): string[] =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim())
  const written = document
    .split('\n')
    .filter((line) => /^\| `[a-z]+\.[a-z]+`/.test(line))
    .map(cells)
  const head = document.split('\n').find((line) => line.startsWith('| Permission'))
  expect(cells(head ?? '').slice(1)).toEqual([...roles])
  expect(written).toEqual(
    permissions.map((permission) => [
      `\`${permission}\``,
      ...roles.map((role) => (permissionsOf[role].includes(permission) ? 'yes' : '')),
    ]),
  )
})

test('the portal keeps preferences in the browser, and of actions those without an outcome', () => {
  const keepers = sourceFiles.filter(
    (path) =>
      path.startsWith('portal/') &&
      !isTest(path) &&
      /\b(?:localStorage|sessionStorage|indexedDB|document\.cookie)\b/.test(readProjectFile(path)),
  )
  expect(keepers).toEqual(['portal/orders/use-intentions.ts', 'portal/stores/preferences.ts'])
})
