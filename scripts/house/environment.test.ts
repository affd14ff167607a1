/**
 * `.env.example` lists exactly the variables that the config schemas read.
 *
 * To fix: add the variable with its default and one line of meaning to `.env.example`, or remove it there. A variable is
 * declared in a `*EnvSchema` of the folder that uses it and read only by a composition root.
 */
import { expect, test } from 'vitest'
import { exists, isTest, readProjectFile, sourceFiles } from './project.ts'

const declared = sourceFiles
  .filter((path) => !isTest(path) && path !== 'scripts/house/environment.test.ts')
  .flatMap((path) => [...readProjectFile(path).matchAll(/\bconst \w*[eE]nvSchema = z\s*\.object\(\{([\s\S]*?)\n\}\)/g)])
  .flatMap((schema) => [...(schema[1] ?? '').matchAll(/^\s{2}([A-Z][A-Z0-9_]*):/gm)].map((key) => key[1] ?? ''))

const listed = exists('.env.example')
  ? [...readProjectFile('.env.example').matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map((line) => line[1] ?? '')
  : []

test('the schemas are found', () => {
  expect(declared).toContain('CLICKHOUSE_URL')
})

test('.env.example lists every variable once, and no other', () => {
  expect([...listed].sort()).toEqual([...new Set(declared)].sort())
})
