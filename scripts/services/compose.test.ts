import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

type Service = {
  image: string
  build?: string
  ports?: string[]
  healthcheck?: { test: string[] }
  environment?: Record<string, string>
  command?: string[]
}

const read = (path: string): string => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
const compose = parse(read('docker-compose.yml'), { merge: true }) as {
  services: Record<string, Service>
  volumes: Record<string, unknown>
}
const services = Object.entries(compose.services)
const settings = [...read('.env.example').matchAll(/^(?:# ?)?([A-Z][A-Z0-9_]*)=/gm)].map(([, name]) => name)

test('every role is a process of its own', () => {
  const roles = services.flatMap(([, { environment }]) => environment?.['ORDERLENS_ROLES'] ?? [])
  expect(roles.sort()).toEqual(['api', 'ingest', 'jobs', 'simulator', 'transforms'])
})

test.each(services)('%s runs a pinned image, is health-checked and listens on loopback only', (_, service) => {
  expect(service.image).toMatch(/:v?\d+\.\d+(\.\d+)?(-[a-z]+)?$/)
  expect(service.healthcheck?.test.length).toBeGreaterThan(1)
  for (const port of service.ports ?? []) expect(port).toMatch(/^127\.0\.0\.1:\d+:\d+$/)
})

test('roles are given only settings that the product reads', () => {
  const given = services
    .filter(([, { build }]) => build !== undefined)
    .flatMap(([, { environment }]) => Object.keys(environment ?? {}))
  const asked = [...read('docker-compose.yml').matchAll(/\$\{([A-Z_]+)/g)].map(([, name]) => name)
  expect([...given, ...asked].filter((name) => !settings.includes(name))).toEqual([])
})

test('Kafka and Node are of the versions that are tested', () => {
  expect(compose.services['kafka']?.image).toBe(
    `apache/kafka:${/KAFKA_VERSION:-([\d.]+)/.exec(read('scripts/kafka.sh'))?.[1]}`,
  )
  const bases = [...read('Dockerfile').matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)
  expect(new Set(bases).size).toBe(1)
  expect(bases[0]).toMatch(/^node:20\.\d+\.\d+-bookworm-slim$/)
})
