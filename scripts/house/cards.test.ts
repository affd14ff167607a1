/**
 * Every model, every anomaly type and every metric explains itself, and images are pinned.
 *
 * A type is named by its rows in `transforms/seeds/rules.csv`; its words are in `dashboards/charts/words.ts`.
 *
 * To fix a model: add `name.yml` beside `name.sql` with a description that states the grain. To fix a metric: give it a
 * description. To fix an image: name a version, never `latest`.
 */
import { parse } from 'yaml'
import { expect, test } from 'vitest'
import { anomalyTypes } from '#dashboards/charts/words.ts'
import { anomalyTypes as simulatedTypes } from '#ingest/simulator/scenario.ts'
import { exists, projectFiles, readProjectFile } from './project.ts'

const models = projectFiles.filter((path) => /^transforms\/models\/.*\.sql$/.test(path))

const anomalyMacros = projectFiles.filter((path) => /^transforms\/macros\/anomalies\/.*\.sql$/.test(path))

type Card = {
  models?: { name: string; description?: string; columns?: { name: string }[] }[]
  macros?: { name: string; description?: string }[]
}

test.each(models)('%s has a card that states its grain', (path) => {
  const card = path.replace(/\.sql$/, '.yml')
  expect(exists(card), `expected ${card}`).toBe(true)
  const [entry] = (parse(readProjectFile(card)) as Card).models ?? []
  expect(`${entry?.name}.sql`).toBe(path.split('/').at(-1))
  expect(entry?.description?.trim() ?? '').not.toBe('')
})

test.each(anomalyMacros)('%s has a card that says what opens and what clears it', (path) => {
  const [entry] = (parse(readProjectFile(path.replace(/\.sql$/, '.yml'))) as Card).macros ?? []
  expect(`${entry?.name}.sql`).toBe(path.split('/').at(-1))
  expect(entry?.description ?? '').toMatch(/[Cc]leared by .*One (promise|finding) per /s)
})

test('every anomaly type has rules, words in both languages and a trouble in the simulator', () => {
  const [, ...rows] = readProjectFile('transforms/seeds/rules.csv').trim().split('\n')
  const rules = new Set(
    rows.map((row) => (row.split(',')[0] ?? '').replace(/_(wallet|bank|begun|packed|reuse|gateway)$/, '')),
  )
  expect([...anomalyTypes].sort()).toEqual([...rules].sort())
  expect([...simulatedTypes].sort()).toEqual([...rules].sort())
})

test('every metric definition has a description', () => {
  const metricFiles = projectFiles.filter((path) => /^transforms\/metrics\/.*\.ya?ml$/.test(path))
  const silent = metricFiles.flatMap((path) => {
    const { metrics } = parse(readProjectFile(path)) as { metrics?: { name: string; description?: unknown }[] }
    return (metrics ?? []).filter(({ description }) => !description).map(({ name }) => `${path}: ${name}`)
  })
  expect(silent).toEqual([])
})

test('images name their versions', () => {
  const compose = exists('docker-compose.yml') ? readProjectFile('docker-compose.yml') : 'services: {}'
  const { services } = parse(compose, { merge: true }) as {
    services: Record<string, { image?: string; build?: unknown }>
  }
  const composed = Object.values(services).flatMap(({ image, build }) =>
    build === undefined ? [image ?? 'no image'] : [],
  )
  const stages = exists('Dockerfile')
    ? [...readProjectFile('Dockerfile').matchAll(/^FROM (?:--\S+ )?(\S+)(?: AS (\w+))?/gim)]
    : []
  const own = new Set(stages.map(([, , name]) => name))
  const bases = stages.map(([, image = '']) => image).filter((image) => !own.has(image))
  expect([...composed, ...bases].filter((image) => !/:[\w.-]*\d[\w.-]*(@sha256:[0-9a-f]{64})?$/.test(image))).toEqual(
    [],
  )
})
