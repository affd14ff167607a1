/**
 * `.env.example` lists exactly the variables that the config schemas read.
 *
 * To fix: add the variable with its default and one line of meaning to `.env.example`, or remove it there. A variable is
 * declared in an exported `…EnvSchema` of the folder that uses it and read only by a composition root.
 */
import { expect, test } from 'vitest'
import { exists, isTest, readProjectFile, sourceFiles } from './project.ts'

/** Read from the text, because importing a folder's config would load half of the product. */
const declared = sourceFiles
  .filter((path) => !isTest(path))
  .flatMap((path) => [
    ...readProjectFile(path).matchAll(/export const \w+EnvSchema = z\s*\.object\(\{\n([\s\S]*?)\n {0,2}\}\)/g),
  ])
  .flatMap(([, members = '']) => [...members.matchAll(/^ {2,4}([A-Z][A-Z0-9_]*):/gm)].map(([, name = '']) => name))

/** Read by a composition root itself, without a schema. */
const readDirectly = sourceFiles
  .filter((path) => !isTest(path) && /^scripts\/start(\.ts|\/)/.test(path))
  .flatMap((path) =>
    [...readProjectFile(path).matchAll(/\benv(?:\.|\[')([A-Z][A-Z0-9_]+)/g)].map(([, name = '']) => name),
  )

const listed = exists('.env.example')
  ? [...readProjectFile('.env.example').matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map((line) => line[1] ?? '')
  : []

test('.env.example lists every variable once, and no other', () => {
  expect(declared).toEqual(expect.arrayContaining(['CLICKHOUSE_URL', 'KAFKA_BROKERS', 'API_PORT', 'SMTP_URL']))
  expect([...listed].sort()).toEqual([...new Set([...declared, ...readDirectly])].sort())
})

test('a number that .env.example shows is the one that holds without it', () => {
  const defaults = sourceFiles
    .filter((path) => !isTest(path))
    .flatMap((path) => [...readProjectFile(path).matchAll(/^ {2,4}([A-Z][A-Z0-9_]*): z.*\.default\(([\d_]+)\)/gm)])
    .map(([, name = '', value = '']) => [name, value.replaceAll('_', '')] as const)
  expect(defaults.length).toBeGreaterThan(5)
  const shown = new Map(
    [...readProjectFile('.env.example').matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=(\S+)$/gm)].map(
      ([, name = '', value = '']) => [name, value] as const,
    ),
  )
  expect(defaults.filter(([name, value]) => shown.has(name) && shown.get(name) !== value)).toEqual([])
})
