/**
 * The import table of ARCHITECTURE.md: imports point up the flow, never down.
 *
 * A failure names the import. To fix it, move the code to the folder that owns the subject, or hand the thing in as an
 * argument from a composition root (`scripts/*.ts`, or a `main.ts` at a folder's root). Widening the table is a decision:
 * change ARCHITECTURE.md in the same commit and say why.
 */
import { expect, test } from 'vitest'
import { type Import, importsOf, isTest, packageOf, sourceFiles } from './project.ts'

/** Areas in the order of the flow; the more particular prefix comes first. */
const areas = [
  'ingest/contracts',
  'warehouse',
  'ingest',
  'transforms',
  'dashboards',
  'api/contract',
  'api',
  'portal',
  'scripts',
] as const
type Area = (typeof areas)[number]

const areaOf = (path: string): Area | undefined => areas.find((area) => path.startsWith(`${area}/`))

/** Allowed targets besides the area itself; a pattern narrows what of it may be used. */
const table: Record<Exclude<Area, 'scripts'>, readonly RegExp[]> = {
  'ingest/contracts': [],
  warehouse: [],
  ingest: [/^ingest\/contracts\//, /^warehouse\//],
  transforms: [/^warehouse\//, /^ingest\/contracts\//],
  dashboards: [/^transforms\/(query|metrics)\//],
  'api/contract': [
    /^transforms\/query\/request\.ts$/,
    /^transforms\/rules\/(shop-rule|shop-calendar|any)\.ts$/,
    /^dashboards\//,
  ],
  api: [
    /^api\/contract\//,
    /^warehouse\//,
    /^transforms\//,
    /^dashboards\//,
    /^ingest\/sources\/(http|source)/,
    /^ingest\/replay/,
    /^ingest\/webhooks\//,
  ],
  portal: [/^api\/contract\//, /^dashboards\//],
}

const isCompositionRoot = (path: string) => path.startsWith('scripts/') || /^[a-z]+\/main\.ts$/.test(path)

function isAllowed({ from, target }: Import): boolean {
  const own = areaOf(from)
  const other = target === null ? undefined : areaOf(target)
  if (own === undefined || own === 'scripts' || target === null || other === undefined || own === other) return true
  // The browser's entry is called main.ts as well; it is no composition root of the server.
  if (isCompositionRoot(from) && own !== 'portal') return true
  // A test may set the stage with anything that comes before it in the flow.
  if (isTest(from) && areas.indexOf(other) < areas.indexOf(own)) return true
  return table[own].some((pattern) => pattern.test(target))
}

const tell = ({ from, specifier }: Import) => `${from} imports ${specifier}`

test('imports follow the table', () => {
  const broken = sourceFiles.flatMap(importsOf).filter((one) => !isAllowed(one))
  expect(broken.map(tell)).toEqual([])
})

test('the reader of imports sees every form', () => {
  const found = importsOf('scripts/house/architecture.test.ts')
  expect(found.map(({ specifier }) => specifier)).toEqual(['vitest', './project.ts'])
  expect(found[1]?.target).toBe('scripts/house/project.ts')
  expect(sourceFiles.flatMap(importsOf).some(({ target }) => target === 'api/contract/metrics.ts')).toBe(true)
})

test('imports name the file, and cross top-level folders by #folder', () => {
  const broken = sourceFiles.flatMap(importsOf).filter(({ from, specifier, target }) => {
    if (target === null) return false
    const crosses = target.split('/')[0] !== from.split('/')[0]
    return !/\.(ts|vue|css|json|sql|yml|svg|mjs)$/.test(target) || (crosses && !specifier.startsWith('#'))
  })
  expect(broken.map(tell)).toEqual([])
})

/** Packages that are dormant or replaceable sit behind one file each, so that replacing one is a one-file change. */
const singleDoor = ['kafkajs', 'bull', 'chdb']

test.each(singleDoor)('%s is imported by one file at most', (name) => {
  const files = sourceFiles.filter(
    (path) => !isTest(path) && importsOf(path).some((i) => packageOf(i.specifier) === name),
  )
  expect(files.length, files.join(', ')).toBeLessThanOrEqual(1)
})

test('only the warehouse folder holds a ClickHouse client', () => {
  const outside = sourceFiles
    .filter((path) => !path.startsWith('warehouse/') && !isTest(path))
    .flatMap(importsOf)
    .filter((one) => packageOf(one.specifier) === '@clickhouse/client')
  expect(outside.map(tell)).toEqual([])
})

test('nothing the browser loads reaches for Node or for the server', () => {
  const entry = 'portal/main.ts'
  const seen = new Set<string>(sourceFiles.includes(entry) ? [entry] : [])
  const broken: string[] = []
  for (const path of seen) {
    for (const one of importsOf(path)) {
      if (one.specifier.startsWith('node:')) broken.push(tell(one))
      if (one.target !== null && sourceFiles.includes(one.target)) seen.add(one.target)
    }
  }
  expect(broken).toEqual([])
})
