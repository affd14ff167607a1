import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const script = join(import.meta.dirname, 'complete-lock.mjs')
let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderlens-lock-'))
  file = join(folder, 'package-lock.json')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: string[]) => spawnSync(process.execPath, [script, ...args, file], { encoding: 'utf8' })
const write = (packages: Record<string, unknown>) => writeFileSync(file, JSON.stringify({ packages }))
const read = () => (JSON.parse(readFileSync(file, 'utf8')) as { packages: Record<string, unknown> }).packages

const engine = {
  version: '3.4.0',
  optionalDependencies: { '@x/lib-linux-x64-gnu': '3.4.0', '@x/lib-darwin-arm64': '3.4.0' },
}

test('adds the packages of other platforms that npm left out', () => {
  write({ 'node_modules/x': engine, 'node_modules/@x/lib-linux-x64-gnu': { version: '3.4.0', optional: true } })
  expect(run('--check').status).toBe(1)
  expect(run('--check').stderr).toContain('@x/lib-darwin-arm64')

  expect(run().status).toBe(0)

  expect(read()['node_modules/@x/lib-darwin-arm64']).toEqual({
    version: '3.4.0',
    cpu: ['arm64'],
    os: ['darwin'],
    optional: true,
  })
  expect(run('--check').status).toBe(0)
})

test('leaves a complete lock and unconditional optional packages alone', () => {
  write({ 'node_modules/x': { version: '1.0.0', optionalDependencies: { 'nice-to-have': '^2.0.0' } } })
  const before = readFileSync(file, 'utf8')
  expect(run().stdout).toContain('complete')
  expect(readFileSync(file, 'utf8')).toBe(before)
})

test('names the C library of a Linux binary', () => {
  write({ 'node_modules/y': { optionalDependencies: { 'y-linuxmusl-x64': '1.2.3' }, dev: true } })
  run()
  expect(read()['node_modules/y-linuxmusl-x64']).toMatchObject({ os: ['linux'], libc: ['musl'], dev: true })
})
