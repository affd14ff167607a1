/** What the rule tests read: the project's own files and what each of them imports. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, posix } from 'node:path'

export const root = join(import.meta.dirname, '../..')

const ignoredFolders = new Set(['node_modules', '.git', '.data', 'dist', '.cache', 'coverage', 'target', 'logs'])
/** Kept out of git, so none of the project's rules apply: a person's own settings, logs, build leftovers. */
const isIgnoredFile = (name: string) => name === '.env' || name.endsWith('.log') || name.endsWith('.tsbuildinfo')

/** Every file of the project, relative to its root, with forward slashes. */
export const projectFiles: readonly string[] = walk('')

function walk(folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = posix.join(folder, entry.name)
    if (entry.isDirectory()) return ignoredFolders.has(entry.name) ? [] : walk(path)
    return isIgnoredFile(entry.name) ? [] : [path]
  })
}

export const sourceFiles = projectFiles.filter((path) => /\.(ts|vue)$/.test(path))
export const isTest = (path: string) => path.endsWith('.test.ts')

export const readProjectFile = (path: string): string => readFileSync(join(root, path), 'utf8')
export const exists = (path: string): boolean => existsSync(join(root, path))

/** `from '…'`, `import '…'` and `import('…')`, in code and in the script of a .vue file. */
const IMPORT = /(?:^|[;}\s])(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/g

export type Import = { readonly from: string; readonly specifier: string; readonly target: string | null }

/** The imports of one file; `target` is the project file meant, null for a package or a Node module. */
export function importsOf(path: string): Import[] {
  const code = readProjectFile(path).replace(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '')
  return [...code.matchAll(IMPORT)].map((match) => {
    const specifier = match[1] ?? match[2] ?? ''
    return { from: path, specifier, target: targetOf(path, specifier) }
  })
}

function targetOf(path: string, specifier: string): string | null {
  const plain = specifier.replace(/\?.*$/, '')
  if (plain.startsWith('#')) return plain.slice(1)
  return plain.startsWith('.') ? posix.normalize(posix.join(posix.dirname(path), plain)) : null
}

/** `@scope/name/sub` → `@scope/name`; null for project files and Node's own modules. */
export function packageOf(specifier: string): string | null {
  if (/^[.#]|^node:/.test(specifier)) return null
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
