/** Reads boards and report definitions from their folders. A wrong file is named together with the key that is wrong. */
import { readFileSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseDocument } from 'yaml'
import type { z } from 'zod'
import { boardSchema, type Board } from './board.ts'
import { DashboardError } from './errors.ts'
import { reportDefinitionSchema, type ReportDefinition } from './report.ts'

const here = fileURLToPath(new URL('.', import.meta.url))

/** Every board, by slug order; the default board `overview` first. */
export function loadBoards(folder = join(here, 'boards')): Board[] {
  const boards = loadFolder(folder, boardSchema)
  return boards.sort((a, b) => Number(b.slug === 'overview') - Number(a.slug === 'overview'))
}

export function loadReportDefinitions(folder = join(here, 'reports')): ReportDefinition[] {
  return loadFolder(folder, reportDefinitionSchema)
}

function loadFolder<T extends { slug: string }>(folder: string, schema: z.ZodType<T>): T[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.yml'))
    .sort()
  return files.map((file) => parseDashboard(join(folder, file), readFileSync(join(folder, file), 'utf8'), schema))
}

/** One identity only: the slug is the file name is the URL. */
export function parseDashboard<T extends { slug: string }>(file: string, text: string, schema: z.ZodType<T>): T {
  const document = parseDocument(text, { prettyErrors: true })
  const broken = document.errors[0]
  if (broken)
    throw new DashboardError('NOT_YAML', `${file}: not readable as YAML: ${broken.message}`, { cause: broken })
  const parsed = schema.safeParse(document.toJS())
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => `  ${keyPath(issue.path)}: ${issue.message}`)
    throw new DashboardError('WRONG_SHAPE', `${file} is not a valid definition:\n${problems.join('\n')}`, {
      cause: parsed.error,
    })
  }
  const expected = basename(file, '.yml')
  if (parsed.data.slug !== expected) {
    throw new DashboardError(
      'WRONG_SLUG',
      `${file}: slug: expected '${expected}' (the file's name), found '${parsed.data.slug}'`,
    )
  }
  return parsed.data
}

function keyPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '(top)'
  return path
    .map((key, i) => (typeof key === 'number' ? `[${key}]` : i === 0 ? String(key) : `.${String(key)}`))
    .join('')
}
