/** The models as one page to read: what each is, its columns, what must hold of it, and how they follow from each other. */
import { type Card, dataTestsOf } from './card.ts'
import { edgesOf, lineageChart } from './lineage.ts'
import type { Model, Project } from './project.ts'

export function docsPage(project: Project, names: readonly string[]): string {
  const models = project.models.filter(({ name }) => names.includes(name))
  const seeds = project.seeds.filter(({ name }) => names.includes(name))
  const read = new Set(models.flatMap(({ sources }) => sources))
  const sources = project.sources.filter(({ name }) => read.has(name))
  return [
    `# Models of ${project.name}`,
    'Written by `npm run models -- docs`. Grains, columns and tests are those of the cards.',
    '```mermaid',
    lineageChart(project, names),
    '```',
    ...section(
      'Models',
      models.map((model) => modelPart(project, model)),
    ),
    ...section(
      'Seeds',
      seeds.map(({ card }) => relationPart(card, [])),
    ),
    ...section(
      'Sources',
      sources.map(({ schema, card }) => relationPart({ ...card, name: `${schema}.${card.name}` }, [])),
    ),
  ]
    .join('\n\n')
    .replaceAll('```mermaid\n\n', '```mermaid\n')
    .replaceAll(/\n\n```\n\n/g, '\n```\n\n')
    .concat('\n')
}

const section = (title: string, parts: readonly string[]): string[] =>
  parts.length === 0 ? [] : [`## ${title}`, ...parts]

function modelPart(project: Project, { name, path, config, card, refs, sources }: Model): string {
  const readers = edgesOf(project)
    .filter(({ from }) => from === name)
    .map(({ to }) => to)
  const facts = [
    `\`${path}\`, ${config.materialized}${config.tags.length === 0 ? '' : `, tagged ${config.tags.join(', ')}`}`,
    ...listed('Reads', [...refs, ...sources.map((table) => `source ${table}`)]),
    ...listed('Read by', readers),
    ...listed(
      'Unit tests',
      project.unitTests.filter(({ model }) => model === name).map((test) => test.name),
    ),
  ]
  return relationPart(card, facts)
}

const listed = (what: string, names: readonly string[]): string[] =>
  names.length === 0 ? [] : [`${what}: ${names.join(', ')}`]

function relationPart(card: Card, facts: readonly string[]): string {
  const tests = dataTestsOf(card)
  const cell = (text: string): string => text.trim().replaceAll('|', '\\|').replaceAll(/\s+/g, ' ')
  const testsOf = (column: string | null): string =>
    tests
      .filter((test) => test.column === column)
      .map(({ kind, arguments: given }) =>
        Object.keys(given).length === 0 ? kind : `${kind} ${JSON.stringify(given)}`,
      )
      .join('; ')
  const columns = card.columns.map(
    ({ name, description }) => `| \`${name}\` | ${cell(description)} | ${cell(testsOf(name))} |`,
  )
  return [
    `### ${card.name}`,
    ...(card.description === '' ? [] : [card.description.trim()]),
    ...(facts.length === 0 ? [] : [facts.map((fact) => `- ${fact}`).join('\n')]),
    ...(testsOf(null) === '' ? [] : [`Tests: ${testsOf(null)}`]),
    ...(columns.length === 0
      ? []
      : [['| Column | What it is | Tests |', '| --- | --- | --- |', ...columns].join('\n')]),
  ].join('\n\n')
}
