/**
 * Landed bytes → events or dead letters, in the engine. The statement is generated from the contracts, so a field or an
 * event type is described once. One `JSONExtract` into a tuple reads the values; the raw key lists decide about types,
 * because `JSONExtract` would read `true` as 1 and 1.5 as 1.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Warehouse } from '#warehouse/warehouse.ts'
import { type EventFieldName, eventFields } from '../contracts/fields.ts'
import { contractRows } from '../contracts/index.ts'
import { type Check, type Finding, constraintChecks, literal } from './checks.ts'
import { MESSAGE_COLUMNS } from './relations.ts'

/** Columns of `events` that come from the envelope and the position, in insert order. */
export const envelopeColumns = [
  'order_id',
  'occurred_at',
  'source',
  'event_id',
  'topic',
  'partition',
  'epoch',
  'offset',
  'ordinal',
  'batch_id',
  'event_type',
  'major',
  'recorded_at',
  'landed_at',
  'sequence',
  'correlation_id',
  'causation_id',
  'auth_type',
  'auth_id',
  'historic',
] as const

const fieldNames = Object.keys(eventFields) as EventFieldName[]

/** Every insertable column of `events`. */
export const eventColumns: readonly string[] = [...envelopeColumns, ...fieldNames]

const RFC3339 =
  '^\\\\d{4}-\\\\d{2}-\\\\d{2}[Tt ]\\\\d{2}:\\\\d{2}(:\\\\d{2}(\\\\.\\\\d{1,9})?)?([Zz]|[+-]\\\\d{2}:\\\\d{2})$'
/** Earlier than any shop's data; later than this much ahead of us is a broken clock. */
const EARLIEST = "toDateTime64('2000-01-01', 3, 'UTC')"
const LATEST = "now64(3, 'UTC') + interval 400 day"

/** Attributes of the envelope, all text. */
const attributes = [
  'specversion',
  'id',
  'source',
  'type',
  'subject',
  'time',
  'recordedtime',
  'sequence',
  'correlationid',
  'causationid',
  'authtype',
  'authid',
] as const

/** Brings the derivation in the warehouse to this version of the contracts. Landing must not run meanwhile. */
export async function installDerivation(warehouse: Warehouse): Promise<void> {
  const statements = derivationStatements()
  const hash = createHash('sha256').update(statements.join('\n')).digest('hex')
  const installed = await warehouse.query({
    name: 'installed derivation',
    sql: "select argMax(hash, built_at) as hash from model_versions where name = 'derivation'",
    row: z.object({ hash: z.string() }),
  })
  if (installed[0]?.hash === hash) return
  for (const statement of statements) await warehouse.command(statement)
  await warehouse.insertRows('model_versions', [{ name: 'derivation', hash }])
}

export function derivationStatements(): string[] {
  const parsedColumns = [
    'topic LowCardinality(String)',
    'partition UInt16',
    'epoch LowCardinality(String)',
    'offset UInt64',
    'ordinal UInt16',
    'batch_id String',
    'format LowCardinality(String)',
    "landed_at DateTime64(3, 'UTC')",
    'key String',
    'value String',
    'fault LowCardinality(String)',
    'fault_detail String',
    "occurred Nullable(DateTime64(3, 'UTC'))",
    'event_name String',
    'event_major UInt16',
    ...attributes.map((name) => `e_${name} Nullable(String)`),
    ...fieldNames.map((name) => `d_${name} ${extractedType(name)}`),
  ]
  return [
    'drop view if exists mv_parse',
    'drop view if exists mv_events',
    'drop view if exists mv_dead_letters',
    'drop table if exists parsed',
    `create table parsed (${parsedColumns.join(', ')}) engine = Null`,
    `create materialized view mv_events to events (${eventColumns.map((c) => `${c} ${columnType(c)}`).join(', ')}) as ${eventsSelect()}`,
    `create materialized view mv_dead_letters to dead_letters as select topic, partition, epoch, offset, ordinal, batch_id, format, fault as reason, fault_detail as detail, ${PATH} as path, key, value, landed_at, now64(3, 'UTC') as derived_at, 0 as is_cured from parsed where fault != ''`,
  ]
}

/** Where in the message the fault is; the words of a verdict begin with it. */
const PATH =
  "if(fault in ('missing_attribute', 'wrong_type', 'out_of_range'), concat('$.', extract(fault_detail, '^[a-z_]+(?:[.][a-z_]+)*')), '$')"

function columnType(column: string): string {
  const types: Readonly<Record<string, string>> = {
    occurred_at: "DateTime64(3, 'UTC')",
    recorded_at: "Nullable(DateTime64(3, 'UTC'))",
    landed_at: "DateTime64(3, 'UTC')",
    partition: 'UInt16',
    offset: 'UInt64',
    ordinal: 'UInt16',
    major: 'UInt8',
    sequence: 'UInt64',
    historic: 'UInt8',
  }
  return types[column] ?? (column in eventFields ? eventFields[column as EventFieldName].column : 'String')
}

/** What JSONExtract is asked for: everything nullable, instants as text, so that absence is visible. */
function extractedType(name: EventFieldName): string {
  const { kind, column } = eventFields[name]
  return kind === 'lines' ? column : `Nullable(${kind === 'integer' ? 'Int64' : 'String'})`
}

function messageTuple(): string {
  const data = fieldNames.map((name) => `${name} ${extractedType(name)}`)
  return `Tuple(${attributes.map((name) => `${name} Nullable(String)`).join(', ')}, data Tuple(${data.join(', ')}))`
}

function eventsSelect(): string {
  const instant = (sql: string): string => `parseDateTime64BestEffortOrNull(${sql}, 3, 'UTC')`
  const envelope: Record<(typeof envelopeColumns)[number], string> = {
    order_id: "if(startsWith(ifNull(e_subject, ''), 'order/'), substring(assumeNotNull(e_subject), 7), '')",
    occurred_at: 'assumeNotNull(occurred)',
    source: 'assumeNotNull(e_source)',
    event_id: 'assumeNotNull(e_id)',
    topic: 'topic',
    partition: 'partition',
    epoch: 'epoch',
    offset: 'offset',
    ordinal: 'ordinal',
    batch_id: 'batch_id',
    event_type: 'event_name',
    major: 'event_major',
    recorded_at: instant("ifNull(e_recordedtime, '')"),
    landed_at: 'landed_at',
    sequence: "toUInt64OrZero(ifNull(e_sequence, ''))",
    correlation_id: "ifNull(e_correlationid, '')",
    causation_id: "ifNull(e_causationid, '')",
    auth_type: "ifNull(e_authtype, '')",
    auth_id: "ifNull(e_authid, '')",
    historic: "startsWith(topic, 'import/')",
  }
  const data = fieldNames.map((name) => {
    const { kind } = eventFields[name]
    const value = `d_${name}`
    if (kind === 'text') return `ifNull(${value}, '') as ${name}`
    return `${kind === 'instant' ? instant(`ifNull(${value}, '')`) : value} as ${name}`
  })
  const head = envelopeColumns.map((column) =>
    envelope[column] === column ? column : `${envelope[column]} as ${column}`,
  )
  return `select ${[...head, ...data].join(', ')} from parsed where fault = ''`
}

/**
 * A relation of messages (SQL of ours, see ./relations.ts) → rows of `parsed`, with the reason why not. Names inside end in
 * `_`, and the verdict is called `fault`, because an alias that shares a name with a column (`reason` is a data field) would
 * silently change the WHERE of the views above.
 */
export function parseSelect(relation: string): string {
  // `untuple` makes columns of the members at once. A member of a computed tuple costs about a millisecond of planning
  // wherever it is named, at every insert: written that way, a single message took a third of a second to land.
  const extracted = `select ${MESSAGE_COLUMNS},
    untuple(JSONExtract(message, '${messageTuple()}')) as e,
    JSONExtractKeysAndValuesRaw(message) as envelope_,
    JSONExtractKeysAndValuesRaw(message, 'data') as data_
  from (${relation})`
  const named = `select *, untuple(e.data) as d,
    match(ifNull(e.type, ''), '\\\\.v[1-9][0-9]{0,3}$') as is_versioned_,
    if(is_versioned_, replaceRegexpOne(ifNull(e.type, ''), '\\\\.v[1-9][0-9]{0,3}$', ''), ifNull(e.type, '')) as name_,
    if(is_versioned_, toUInt16OrZero(extract(ifNull(e.type, ''), '([0-9]{1,4})$')), 1) as major_,
    if(match(ifNull(e.time, ''), '${RFC3339}'), parseDateTime64BestEffortOrNull(ifNull(e.time, ''), 3, 'UTC'), null) as occurred_
  from (${extracted})`
  const { findings, faultNumber, verdict } = failure()
  const found = `select *, ${findings.map(([name, sql]) => `${sql} as ${name}`).join(',\n    ')}
  from (${named})`
  const members = [
    ...attributes.map((name) => `e.${name} as e_${name}`),
    ...fieldNames.map((name) => `d.${name} as d_${name}`),
  ]
  return `select topic, partition, epoch, offset, ordinal, batch_id, format, landed_at, key, value,
  failure_.1 as fault, failure_.2 as fault_detail, occurred_ as occurred, name_ as event_name, major_ as event_major, ${members.join(', ')}
from (select *, ${verdict} as failure_ from (select *, ${faultNumber} as fault_ from (${found})))`
}

/** The number of the first check that finds a fault, 0 for none, and what it says as (reason, detail). */
function failure(): { findings: readonly Finding[]; faultNumber: string; verdict: string } {
  const rows = contractRows()
  const names = rows.map((row) => literal(row.type)).join(', ')
  const needOrder = rows
    .filter((row) => row.subject === 'order')
    .map((row) => literal(row.type))
    .join(', ')
  // Lists and transform() rather than map literals: a map of eighty entries is planned anew wherever it is written.
  const requiring = rows.filter((row) => row.required.length > 0)
  const required = `arrayFilter(f_ -> f_ != '', splitByChar(',', transform(name_, [${requiring.map((row) => literal(row.type)).join(', ')}], [${requiring.map((row) => literal(row.required.join(','))).join(', ')}], '')))`
  const present = "arrayMap(f_ -> f_.1, arrayFilter(f_ -> f_.2 != 'null', data_))"
  const badEnvelope = `arrayFirst(f_ -> f_.1 in (${attributes.map(literal).join(', ')}) and f_.2 != 'null' and not startsWith(f_.2, '"'), envelope_).1`
  const badField = `arrayFirst(f_ -> f_.2 != 'null' and not ${kindMatches()}, data_)`
  const kinds = `transform(bad_.1, [${fieldNames.map(literal).join(', ')}], [${fieldNames.map((name) => literal(eventFields[name].kind === 'lines' ? 'an array of lines' : eventFields[name].kind)).join(', ')}], '')`
  const missing = (attribute: string): Check => [
    `e.${attribute} is null`,
    `('missing_attribute', '${attribute} is missing')`,
  ]
  const constraints = constraintChecks('d', 'data_')
  const findings: Finding[] = [
    ['present_', present],
    ['required_', required],
    ['missing_', 'arrayFirst(f_ -> not has(present_, f_), required_)'],
    ['bad_envelope_', badEnvelope],
    ['bad_', badField],
    ['data_type_', "JSONType(message, 'data')"],
    ...constraints.findings,
  ]
  const checks: Check[] = [
    [
      "problem != ''",
      "(if(position(problem, ': ') > 0, substring(problem, 1, position(problem, ': ') - 1), 'unmapped'), if(position(problem, ': ') > 0, substring(problem, position(problem, ': ') + 2), problem))",
    ],
    ["trimBoth(message) = ''", "('empty', 'the message has no bytes')"],
    [
      'not isValidJSON(message) or not isValidUTF8(message)',
      `('invalid_json', concat(${BROKEN}, '; it starts with ', ${shown('substring(message, 1, 240)', 'substringUTF8', '1, 60')}, ' and ends with ', ${shown('substring(message, greatest(length(message) - 99, 1))', 'rightUTF8', '25')}))`,
    ],
    [
      "JSONType(message) != 'Object'",
      "('not_object', concat('expected a JSON object, found ', lower(toString(JSONType(message)))))",
    ],
    ["bad_envelope_ != ''", "('wrong_type', concat(bad_envelope_, ': expected text'))"],
    missing('specversion'),
    missing('id'),
    missing('source'),
    missing('type'),
    missing('time'),
    ["data_type_ = 'Null'", "('missing_attribute', 'data is missing')"],
    [
      "data_type_ != 'Object'",
      "('wrong_type', concat('data: expected an object, found ', lower(toString(data_type_))))",
    ],
    [
      "e.specversion != '1.0'",
      "('wrong_type', concat('specversion: expected \"1.0\", found \"', substringUTF8(assumeNotNull(e.specversion), 1, 20), '\"'))",
    ],
    ["e.id = '' or e.source = '' or e.type = ''", "('out_of_range', 'id, source and type must not be empty')"],
    [
      'length(assumeNotNull(e.id)) > 2048 or length(assumeNotNull(e.source)) > 2048',
      "('out_of_range', 'id or source is longer than 512 characters')",
    ],
    [
      `not has([${names}], name_)`,
      `('unknown_event_type', concat('no contract for event type "', substringUTF8(name_, 1, 80), '"'))`,
    ],
    ['major_ != 1', "('unsupported_version', concat(name_, ' is known as v1, not v', toString(major_)))"],
    [
      'occurred_ is null',
      `('wrong_type', concat('time: expected an RFC 3339 instant with an offset, found "', substringUTF8(assumeNotNull(e.time), 1, 40), '"'))`,
    ],
    [
      `occurred_ < ${EARLIEST} or occurred_ > ${LATEST}`,
      "('out_of_range', concat('time: ', assumeNotNull(e.time), ' is before 2000 or more than 400 days ahead'))",
    ],
    [
      `has([${needOrder}], name_) and not (startsWith(ifNull(e.subject, ''), 'order/') and length(assumeNotNull(e.subject)) > 6)`,
      `('missing_attribute', concat('subject: ', name_, ' needs "order/{order_id}"'))`,
    ],
    ["missing_ != ''", "('missing_attribute', concat('data.', missing_, ' is missing'))"],
    [
      "bad_.1 != ''",
      `('wrong_type', concat('data.', bad_.1, ': expected ', ${kinds}, ', found ', substringUTF8(bad_.2, 1, 60)))`,
    ],
    ...constraints.checks,
  ]
  // An array evaluates each condition over the whole column, once. As the branches of one choice they were evaluated branch
  // by branch on what the branches before had left, which cost as much as all the rest of the parsing.
  const faultNumber = `indexOf([${checks.map(([condition]) => `ifNull(${condition}, 0)`).join(',\n    ')}], 1)`
  const verdict = checks
    .map(([, reasonAndDetail], index) => `fault_ = ${index + 1}, ${reasonAndDetail}`)
    .join(',\n    ')
  return { findings, faultNumber, verdict: `if(fault_ = 0, ('', ''), multiIf(${verdict},\n    ('', '')))` }
}

/** Why bytes are no JSON, as far as that can be told; the engine names no place. */
const BROKEN = `multiIf(not isValidUTF8(message), 'not UTF-8', match(message, '^\\\\s*[{[]'),
      'broken JSON (cut off, a sign too many or too few, nested too deeply, or a number that does not fit)', 'not JSON at all')`

/** A piece of a message as a person can read it: whatever is no sign becomes a dot. */
const shown = (piece: string, cut: string, at: string): string =>
  `${cut}(replaceRegexpAll(toValidUTF8(${piece}), '[\\\\x00-\\\\x1f\\\\x7f]', '·'), ${at})`

/** Whether the raw JSON of a field is of its kind; fields we do not know may be anything. */
function kindMatches(): string {
  const ofKind = (kind: string): string =>
    fieldNames
      .filter((name) => eventFields[name].kind === kind)
      .map(literal)
      .join(', ')
  const instant = `match(trim(BOTH '"' FROM f_.2), '${RFC3339}') and startsWith(f_.2, '"') and parseDateTime64BestEffortOrNull(trim(BOTH '"' FROM f_.2), 3, 'UTC') is not null`
  return `multiIf(f_.1 in (${ofKind('text')}), startsWith(f_.2, '"'), f_.1 in (${ofKind('integer')}), match(f_.2, '^-?[0-9]{1,18}$'), f_.1 in (${ofKind('instant')}), ${instant}, f_.1 = 'lines', startsWith(f_.2, '['), 1)`
}
