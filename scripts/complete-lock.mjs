// A registry that does not mirror every platform's binary makes `npm install` write a lock file without some optional
// packages, and `npm ci` then refuses it ("Missing: … from lock file"). This adds an entry per missing optional package
// (version, os, cpu, optional), which npm skips on other platforms. Plain JavaScript: it has to run before any install.
//
//   node scripts/complete-lock.mjs [--check] [package-lock.json]
import { readFileSync, writeFileSync } from 'node:fs'

const SYSTEMS = ['darwin', 'linux', 'win32', 'android', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'openharmony']
const PROCESSORS = ['x64', 'arm64', 'ia32', 'ppc64', 'riscv64', 's390x', 'loong64', 'mips64el', 'wasm32', 'arm']

/** os, cpu and libc as the package name tells them; null when it names no platform. */
function platformOf(name) {
  const words = name.split(/[^a-z0-9]+/i).map((word) => ({ windows: 'win32', linuxmusl: 'linux' })[word] ?? word)
  const os = SYSTEMS.find((system) => words.includes(system))
  const cpu = PROCESSORS.find((processor) => words.includes(processor))
  if (!os && !cpu) return null
  const libc = os !== 'linux' ? undefined : /musl/.test(name) ? 'musl' : /gnu/.test(name) ? 'glibc' : undefined
  return { ...(cpu && { cpu: [cpu] }), ...(libc && { libc: [libc] }), ...(os && { os: [os] }) }
}

/** Whether `name` resolves from the package at `path`, as Node walks up node_modules. */
function isLocked(packages, path, name) {
  for (let folder = path; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder ? `${folder}/` : ''}node_modules/${name}`]) return true
    if (!folder) return false
  }
}

function missingEntries(packages) {
  const missing = []
  for (const [path, entry] of Object.entries(packages)) {
    for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
      const version = /\d+\.\d+\.\d+[^\s|]*/.exec(range)?.[0]
      const platform = platformOf(name)
      if (!version || !platform || isLocked(packages, path, name)) continue
      missing.push({
        name,
        parent: path,
        entry: { version, ...platform, optional: true, ...(entry.dev && { dev: true }) },
      })
    }
  }
  return missing
}

function complete(lock) {
  let added = 0
  // One pass at a time: an entry just added answers for every later package that asks for the same name.
  for (let missing = missingEntries(lock.packages); missing.length > 0; missing = missingEntries(lock.packages)) {
    const { name, parent, entry } = missing[0]
    const top = `node_modules/${name}`
    lock.packages[lock.packages[top] ? `${parent}/${top}` : top] = entry
    added += 1
  }
  lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)))
  return added
}

const checkOnly = process.argv.includes('--check')
const file = process.argv.slice(2).find((argument) => !argument.startsWith('--')) ?? 'package-lock.json'
const lock = JSON.parse(readFileSync(file, 'utf8'))

if (checkOnly) {
  const names = [...new Set(missingEntries(lock.packages).map(({ name }) => name))]
  if (names.length > 0) {
    console.error(`${file} lacks ${names.length} optional package(s): ${names.join(', ')}`)
    console.error('`npm ci` would refuse it. Run: node scripts/complete-lock.mjs')
    process.exitCode = 1
  }
} else {
  const added = complete(lock)
  if (added > 0) writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`)
  console.log(`${file}: ${added === 0 ? 'complete' : `added ${added} optional package(s)`}`)
}
