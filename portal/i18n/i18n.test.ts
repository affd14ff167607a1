import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { actionKindSchema, actionRefusals, actionStateSchema } from '#api/contract/actions.ts'
import { errorCodes, errorReasons } from '#api/contract/errors.ts'
import { ledgerEntrySchema, milestoneSchema, promiseSchema, relatedReplySchema } from '#api/contract/orders.ts'
import { deliverySchema, occurrenceSchema } from '#api/contract/reports.ts'
import { roleSchema } from '#api/contract/session.ts'
import { en } from './en.ts'
import { fieldWords } from './field-words.ts'
import { ruleSource } from './rule-source-words.ts'
import { words } from './words.ts'
import { zhCN } from './zh-CN.ts'

function flat(value: object, path = ''): Record<string, string> {
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, one]: [string, unknown]) =>
      typeof one === 'string' ? [[path + name, one]] : Object.entries(flat(one as object, `${path}${name}.`)),
    ),
  )
}

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return sources(path)
    return /\.(vue|ts)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : []
  })
}

/** Once each: a message about a number has two forms in English. */
const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort()

describe('messages', () => {
  const english = flat(en)
  const chinese = flat(zhCN)

  it('exist in both languages with the same placeholders', () => {
    expect(Object.keys(chinese).sort()).toEqual(Object.keys(english).sort())
    for (const key of Object.keys(english))
      expect([key, placeholders(chinese[key]!)]).toEqual([key, placeholders(english[key]!)])
  })

  it('call an incident and an event by words of their own in Chinese', () => {
    const about = (word: RegExp): string[] => Object.keys(english).filter((key) => word.test(english[key]!))
    const incidents = about(/\bincidents?\b/i)
    expect(incidents.length).toBeGreaterThan(5)
    expect(incidents.filter((key) => !chinese[key]!.includes('事故') || chinese[key]!.includes('事件'))).toEqual([])
    const events = about(/\bevents?\b/i)
    expect(events.length).toBeGreaterThan(5)
    expect(events.filter((key) => chinese[key]!.includes('事故'))).toEqual([])
  })

  it('are all there that the screens ask for, and none that no screen asks for', () => {
    const text = sources(join(import.meta.dirname, '..'))
      .filter((path) => !path.includes('i18n'))
      .map((path) => readFileSync(path, 'utf8'))
      .join('\n')
    const asked = [...text.matchAll(/\b(?:t|counted)\(\s*['`]([\w.${}-]+?)['`]/g)].map((found) => found[1]!)
    const missing = asked.filter((key) => !key.includes('$') && !(key in english))
    expect(missing).toEqual([])
    const prefixes = asked.filter((key) => key.includes('$')).map((key) => key.slice(0, key.indexOf('$')))
    const spare = Object.keys(english).filter(
      (key) => !asked.includes(key) && !prefixes.some((prefix) => key.startsWith(prefix)) && !text.includes(`'${key}'`),
    )
    expect(spare).toEqual([])
  })
})

describe('refusals', () => {
  it('have words for every code and reason that the API can send, with exactly the parts that it sends', () => {
    expect(Object.keys(en.error.code).sort()).toEqual(Object.keys(errorCodes).sort())
    expect(Object.keys(en.error.reason).sort()).toEqual(Object.keys(errorReasons).sort())
    for (const [reason, parts] of Object.entries(errorReasons))
      expect([reason, placeholders(en.error.reason[reason as keyof typeof errorReasons])]).toEqual([
        reason,
        parts.map((part) => `{${part}}`).sort(),
      ])
  })
})

describe('words', () => {
  it('cover every code of the contracts', () => {
    const has = (kind: keyof typeof words, codes: readonly string[]) =>
      expect(Object.keys(words[kind])).toEqual(expect.arrayContaining([...codes]))
    has('action_kind', actionKindSchema.options)
    has('action_state', actionStateSchema.options)
    has('milestone', milestoneSchema.shape.name.options)
    has('milestone_state', milestoneSchema.shape.state.options)
    has('promise_state', promiseSchema.shape.state.options)
    has('ledger_kind', ledgerEntrySchema.shape.kind.options)
    has('in_common', relatedReplySchema.shape.orders.element.shape.common.element.options)
    has('occurrence_state', occurrenceSchema.shape.state.options)
    has('delivery_state', deliverySchema.shape.state.options)
    has('role', roleSchema.options)
    expect(Object.keys(en.action.why)).toEqual(expect.arrayContaining([...actionRefusals]))
    for (const kind of actionKindSchema.options)
      for (const said of [
        en.action.title,
        en.action.effect,
        en.action.confirm,
        en.action.start,
        en.action.doneHint,
        en.action.reasonDefault,
      ])
        expect(said).toHaveProperty(kind)
  })

  it('tell in Chinese too where each default threshold comes from', () => {
    const seed = readFileSync(join(import.meta.dirname, '../../transforms/seeds/rules.csv'), 'utf8')
      .trim()
      .split('\n')
    const told = seed.slice(1).map((line) => (/"(.*)"$/.exec(line)?.[1] ?? line.split(',').at(-1)!).trim())
    expect(told.length).toBeGreaterThan(40)
    expect(told.filter((text) => ruleSource(text, 'zh') === text)).toEqual([])
  })

  it('name every column that a drill can show', () => {
    const datasets = readFileSync(join(import.meta.dirname, '../../transforms/metrics/datasets.yml'), 'utf8')
    const columns = [...datasets.matchAll(/\{ name: (\w+), type: \w+/g)].map((found) => found[1]!)
    expect(columns.length).toBeGreaterThan(100)
    expect(columns.filter((name) => !(name in fieldWords))).toEqual([])
  })

  it('are not empty in either language', () => {
    for (const group of [...Object.values(words), fieldWords])
      for (const word of Object.values(group)) expect(word.en && word.zh).toBeTruthy()
  })
})
