/** What a project may not be: each mistake is refused with what to do about it. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { compileModel } from './compile.ts'
import { readProject } from './project.ts'

const folder = mkdtempSync(join(tmpdir(), 'orderlens-project-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let copies = 0
/** The small project with one file more, or another one. */
function projectWith(path: string, text: string) {
  const copy = join(folder, String((copies += 1)))
  cpSync(join(import.meta.dirname, 'fixture'), copy, { recursive: true })
  writeFileSync(join(copy, path), text)
  return readProject(copy)
}

const view = "{{ config(materialized='view') }}\n"

test('macros, variables of the project, tags of folders and cards are known to a model', () => {
  const project = projectWith(
    'models/one.sql',
    `${view}select {{ weighted('a') }}, {{ var('least') }}, {{ var('now') }}`,
  )
  const [model] = project.models.filter(({ name }) => name === 'one')
  if (model === undefined) throw new Error('the model is missing')
  expect(compileModel(project, model, false)).toBe('select a * weight, 2, {now:String}')
  expect(model.config.tags).toEqual(['small'])
})

test.each([
  [
    'a source nobody declared',
    `${view}select * from {{ source('orderlens', 'nowhere') }}`,
    /orderlens\.nowhere, which models\/sources\.yml/,
  ],
  [
    'a model nobody wrote',
    `${view}select * from {{ ref('nobody') }}`,
    /reads nobody, which is neither a model nor a seed/,
  ],
  ['itself', `${view}select * from {{ ref('one') }}`, /circle: one → one/],
  ['a kind of relation there is not', "{{ config(materialized='dream') }} select 1", /model one .* cannot be read/],
  [
    'what dbt would not see',
    `${view}{% if is_incremental() %}select * from {{ ref('weights') }}{% endif %}`,
    /-- depends_on: {{ ref\('weights'\) }}/,
  ],
])('a model that reads %s is refused', (_what, text, message) => {
  expect(() => projectWith('models/one.sql', text)).toThrow(message)
})

test('a variable nobody set is refused when the model is compiled', () => {
  const project = projectWith('models/one.sql', `${view}select {{ var('nobody') }}`)
  const [model] = project.models.filter(({ name }) => name === 'one')
  if (model === undefined) throw new Error('the model is missing')
  expect(() => compileModel(project, model, false)).toThrow(
    /asks for the variable nobody; known are now, version, least/,
  )
})

test('a card with a word that means nothing is refused, and the file is named', () => {
  expect(() => projectWith('models/one.yml', 'version: 2\nmodels:\n  - { name: one, test: [unique] }')).toThrow(
    /one\.yml cannot be read/,
  )
})
