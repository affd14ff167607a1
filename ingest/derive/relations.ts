/**
 * The relations the contract checks read: one row per canonical event a message is said to hold, with the message's position
 * and bytes. Made from landed rows of any format, or, for a dry run, from any select with the columns of `RAW_COLUMNS`.
 */
import { type Mapping, PART_PROBLEM, builtInMappings, unreadReason } from '../mappings/mapping.ts'
import { REFERENCE, dataInShop, orderToCome, shopOf, subjectInShop } from './references.ts'

/** What is known of a landed message. */
export const RAW_COLUMNS = 'topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value'
/** What the checks read; `message` is the text of the canonical event, `problem` why there is none. */
export const MESSAGE_COLUMNS =
  'topic, partition, epoch, offset, ordinal, batch_id, format, landed_at, key, value, message, problem'

const POSITION = 'topic, partition, epoch, offset, toUInt16(0) as ordinal, batch_id, format, landed_at, key, value'

/** How a format becomes canonical events. `References` says what orders its events name otherwise than by their id. */
export type Derivation = {
  readonly format: string
  /** Messages of `raw` as a relation with `MESSAGE_COLUMNS`; `{refs}` and `{orders}` are bound when `references` is there. */
  messages(raw: string): string
  /** Distinct subjects `lookup/…` among the events of `raw`, as column `ref`. */
  readonly references?: (raw: string) => string
  /** Messages of `raw` that do not concern orders, as rows of `set_aside`. */
  readonly setAside?: (raw: string) => string
}

const cloudEvents: Derivation = {
  format: 'cloudevents',
  messages: (raw) => `select ${POSITION}, value as message, ${unreadReason()} as problem from (${raw})`,
}

/** Attributes travel beside the data, as headers `ce-…` (HTTP) or `ce_…` (Kafka). */
const binaryCloudEvents: Derivation = {
  format: 'cloudevents.binary',
  messages: (raw) => `select ${POSITION},
    concat('{', arrayStringConcat(arrayMap(h -> concat(toJSONString(replaceRegexpOne(lower(h.1), '^ce[-_]', '')), ':', h.2),
      arrayFilter(h -> if(arrayExists(g -> match(g.1, '^(?i)ce[-_]'), attributes_), match(h.1, '^(?i)ce[-_]'), lower(h.1) != 'content-type'), attributes_)), ','),
      if(empty(value), '', concat(',"data":', value)), '}') as message,
    if(not isValidJSON(value) and value != '', concat('invalid_json: the data is not JSON; it starts with: ', substringUTF8(toValidUTF8(value), 1, 60)), '') as problem
  from (select *, JSONExtractKeysAndValuesRaw(headers) as attributes_ from (${raw}))`,
}

/** A format with a mapping: its outcomes become messages of their own, after the orders they refer to were looked up. */
export function mapped({ format, render }: Mapping): Derivation {
  // A condition on what a mapping gives would be pushed down through all of its steps onto the table, where the expression
  // grows beyond the engine's memory; it does not pass a limit, here one that is never met.
  const rows = (raw: string): string => `select * from (${render(raw)}) limit 1000000000000`
  const outcomes = (
    raw: string,
  ): string => `select * except (outcomes_, n_), outcome_ as outcome, toUInt16(n_ - 1) as ordinal
    from (select *, if(problem != '' or empty(outcomes), [''], outcomes) as outcomes_, arrayEnumerate(outcomes_) as n_ from (${rows(raw)}))
    array join outcomes_ as outcome_, n_
    where problem != '' or notEmpty(outcomes) or concerns = ''`
  return {
    format,
    references: (raw) =>
      `select distinct ref from (select ${shopOf} as shop_, JSONExtractString(outcome, 'subject') as subject_, ${subjectInShop('subject_')} as ref from (${outcomes(raw)})) where match(ref, '${REFERENCE}')`,
    messages: (raw) => `select topic, partition, epoch, offset, ordinal, batch_id, format, landed_at, key, value,
      if(order_ = '', outcome_, replaceOne(outcome_, extract(outcome_, '("subject" *: *"(?:[^"\\\\\\\\]|\\\\\\\\.)*")'), concat('"subject":', toJSONString(concat('order/', order_))))) as message,
      multiIf(problem_ != '', problem_, match(outcome, '${PART_PROBLEM}'), outcome, outcome = '', 'unmapped: the mapping gave no event and no reason', is_reference_ and order_ = '', concat('unknown_order: no order is known by ', substring(ref_, 8)), '') as problem
    from (select * except (problem), problem as problem_, ${shopOf} as shop_, JSONExtractString(outcome, 'subject') as subject_,
      ${subjectInShop('subject_')} as ref_, match(ref_, '${REFERENCE}') as is_reference_, ${dataInShop('outcome')} as outcome_,
      multiIf(is_reference_, coalesce(nullIf(transform(ref_, {refs:Array(String)}, {orders:Array(String)}, ''), ''), ${orderToCome('ref_')}), shop_ != '' and startsWith(ref_, 'order/'), substring(ref_, 7), '') as order_
      from (${outcomes(raw)}))`,
    setAside: (raw) =>
      `select topic, partition, epoch, offset, batch_id, format, concerns as kind, landed_at from (${rows(raw)}) where problem = '' and empty(outcomes) and concerns != ''`,
  }
}

/** Every format that can be derived from landed rows, by name. */
export function derivations(more: readonly Mapping[] = []): ReadonlyMap<string, Derivation> {
  const all = [cloudEvents, binaryCloudEvents, ...[...builtInMappings().values(), ...more].map(mapped)]
  return new Map(all.map((derivation) => [derivation.format, derivation]))
}
