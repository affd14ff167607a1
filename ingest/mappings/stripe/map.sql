{#- Events of Stripe: an envelope around the object it is about, as the object was then. Bare objects and lists, as the REST
    API answers them, are read by their status. What each event means stands in `meaning`; README.md says why. -#}

{#- What is read of an envelope and of a refund. All as text, '' for what is missing or null. The object itself is a map of
    its members as text, objects as JSON; a reference to another object (payment_intent, charge) is its id or, expanded, JSON.
    A wide tuple would be told better, but costs the engine most of a second to plan, at every batch. -#}

{%- set envelope = "Tuple(id String, object String, type String, created String, account String, data Tuple(object String, previous_attributes Tuple(amount_refunded String)))" -%}
{%- set columns = ['topic', 'partition', 'epoch', 'offset', 'batch_id', 'format', 'landed_at', 'key', 'headers', 'value'] -%}

{#- Unix seconds, as number or text, to RFC 3339 text. -#}
{%- macro instant_of(seconds) -%}
if(match({{ seconds }}, '^[0-9]{9,10}([.][0-9]+)?$'), formatDateTime(toDateTime(toUInt32OrZero(extract({{ seconds }}, '^[0-9]+')), 'UTC'), '%Y-%m-%dT%H:%i:%SZ'), {{ seconds }})
{%- endmacro -%}

{#- Stripe counts three currencies with other decimals than ISO 4217, whose minor units are ours. -#}
{%- macro minor_units_of(amount, currency) -%}
multiIf({{ amount }} = '', null, not match({{ amount }}, '^-?[0-9]{1,15}$'), toJSONString({{ amount }}),
            {{ currency }} in ('ISK', 'UGX'), toString(intDiv(toInt64OrZero({{ amount }}), 100)),
            {{ currency }} = 'MGA', toString(toInt64OrZero({{ amount }}) * 100),
            toString(toInt64OrZero({{ amount }})))
{%- endmacro -%}

{#- The id in a reference that may be expanded. -#}
{%- macro id_of(reference) -%}
if(startsWith({{ reference }}, '{'), JSONExtractString({{ reference }}, 'id'), {{ reference }})
{%- endmacro -%}

{#- Names under which shops keep the order's number in metadata, most telling first; case and punctuation do not matter. -#}
{%- set order_keys = "['orderid', 'ordernumber', 'orderno', 'orderreference', 'orderref', 'order', 'merchantorderid', 'shoporderid']" -%}

{#- The order's number in a JSON object of metadata, '' where there is none. -#}
{%- macro order_in(metadata) -%}
arrayMap((names, texts) -> arrayFirst(v -> v != '', arrayMap(k -> texts[indexOf(names, k)], {{ order_keys }})),
          [arrayMap(k -> lower(replaceRegexpAll(k, '[^A-Za-z0-9]', '')), JSONExtractKeys({{ metadata }}))],
          [arrayMap(k -> trimBoth(JSONExtract({{ metadata }}, k, 'String')), JSONExtractKeys({{ metadata }}))])[1]
{%- endmacro -%}

{#- What the object calls its order: metadata, its own and those of expanded objects, then fields meant for it, then words
    like "Order #1001". -#}
{%- set reference -%}
arrayFirst(r -> r != '', arrayConcat(
        arrayMap(m -> {{ order_in('m') }}, [o['metadata'], JSONExtractRaw(o['payment_intent'], 'metadata'), JSONExtractRaw(o['charge'], 'metadata'), JSONExtractRaw(o['latest_charge'], 'metadata'), JSONExtractRaw(o['charges'], 'data', -1, 'metadata')]),
        [trimBoth(JSONExtractString(o['payment_details'], 'order_reference')), trimBoth(o['client_reference_id']),
          extract(o['description'], '(?i)\\border *(?:#|(?:number|no|id)[.:]? *#?) *([A-Za-z0-9][A-Za-z0-9_-]*)')]))
{%- endset -%}

{#- How the buyer pays: as the charge says, else as the intent allows, where it allows one thing only. -#}
{%- set method -%}
arrayFirst(m -> m != '', [
      JSONExtractString(o['payment_method_details'], 'type'),
      JSONExtractString(o['latest_charge'], 'payment_method_details', 'type'),
      JSONExtractString(o['charges'], 'data', -1, 'payment_method_details', 'type'),
      if(JSONExtractString(o['source'], 'object') = 'card', 'card', ''),
      if(JSONLength(o['payment_method_types']) = 1, JSONExtractString(o['payment_method_types'], 1), '')
    ])
{%- endset -%}

{#- Why a bank declined where it says so, else what went wrong. -#}
{%- set failure_code -%}
arrayFirst(c -> c not in ('', 'generic_decline'), [JSONExtractString(o['last_payment_error'], 'decline_code'), JSONExtractString(o['last_payment_error'], 'code'), if(o['failure_code'] = '', '', JSONExtractString(o['outcome'], 'reason')), o['failure_code']])
{%- endset -%}

{#- The name that an event about a bare object `o` would have. A charge tells its state, whatever has happened to it. -#}
{%- set own_name -%}
multiIf(
              o['object'] = 'payment_intent', concat('payment_intent.', multiIf(o['status'] = 'requires_payment_method' and JSONExtractString(o['last_payment_error'], 'code') != '', 'payment_failed', transform(o['status'], ['requires_payment_method', 'requires_confirmation', 'requires_capture'], ['created', 'created', 'amount_capturable_updated'], o['status']))),
              o['object'] = 'charge', 'charge.updated',
              o['object'] = 'refund', 'refund.updated',
              o['object'] = 'dispute', if(o['status'] in ('won', 'lost', 'warning_closed', 'charge_refunded'), 'charge.dispute.closed', 'charge.dispute.created'),
              o['object'] = 'checkout.session' and o['status'] in ('complete', 'expired'), if(o['status'] = 'complete', 'checkout.session.completed', 'checkout.session.expired'),
              o['object'])
{%- endset -%}

{#- What events mean whatever their object says. -#}
{%- set plain = {
  'payment_intent.created': 'payment.created',
  'payment_intent.processing': 'payment.processing',
  'payment_intent.requires_action': 'payment.processing',
  'payment_intent.partially_funded': 'payment.processing',
  'payment_intent.amount_capturable_updated': 'payment.authorized',
  'payment_intent.succeeded': 'payment.succeeded',
  'payment_intent.payment_failed': 'payment.failed',
  'charge.pending': 'payment.processing',
  'charge.captured': 'payment.captured',
  'charge.failed': 'payment.failed',
  'charge.expired': 'payment.expired',
  'charge.dispute.created': 'dispute.opened',
  'charge.dispute.updated': 'dispute.updated',
  'charge.dispute.funds_withdrawn': 'dispute.updated',
  'charge.dispute.funds_reinstated': 'dispute.updated',
  'charge.dispute.closed': 'dispute.closed',
} -%}

{#- The event type of `name` about `o`; 'nothing' for one that no order waits for, '' for one we do not know. -#}
{%- set meaning -%}
multiIf(
      plainly != '', plainly,
      name = 'payment_intent.canceled', if(o['cancellation_reason'] in ('automatic', 'expired'), 'payment.expired', 'payment.voided'),
      name in ('charge.succeeded', 'charge.updated', 'charge.refunded'), multiIf(
        o['status'] = 'failed' or (o['status'] = '' and o['paid'] = 'false'), 'payment.failed',
        o['status'] = 'pending', 'payment.processing',
        o['captured'] = 'false', if(o['refunded'] = 'true' or name = 'charge.refunded', 'payment.voided', 'payment.authorized'),
        name = 'charge.refunded', 'refunds',
        'payment.succeeded'),
      name in ('charge.refund.updated', 'refund.created', 'refund.updated', 'refund.failed'), transform(
        o['status'], ['succeeded', 'failed', 'canceled', 'cancelled'], ['refund.succeeded', 'refund.failed', 'refund.rejected', 'refund.rejected'],
        if(name in ('refund.created', 'refund.failed'), name, 'refund.updated')),
      startsWith(name, 'checkout.session.'), multiIf(
        o['mode'] in ('setup', 'subscription'), 'nothing',
        name = 'checkout.session.completed', transform(o['payment_status'], ['paid', 'unpaid'], ['payment.succeeded', 'payment.processing'], 'nothing'),
        name = 'checkout.session.expired', if(o['payment_intent'] = '' and reference = '', 'nothing', 'payment.expired'),
        transform(name, ['checkout.session.async_payment_succeeded', 'checkout.session.async_payment_failed'], ['payment.succeeded', 'payment.failed'], '')),
      match(name, '^(payment_intent|charge|refund|order|order_return)[.]'), '',
      'nothing')
{%- endset -%}

{#- How the money of method `m` goes back. -#}
{%- macro channel_of(m) -%}
multiIf({{ m }} in ('card', 'card_present', 'interac_present', 'link'), 'card', {{ m }} in ('alipay', 'wechat_pay', 'paypal', 'cashapp', 'amazon_pay', 'grabpay', 'gcash', 'kakao_pay', 'naver_pay', 'paypay', 'revolut_pay', 'mobilepay', 'swish', 'twint'), 'wallet', match({{ m }}, 'bank|debit|ideal|sofort|giropay|bancontact|eps|p24|blik|pix|fpx|multibanco|konbini'), 'bank', '')
{%- endmacro -%}

{#- The amount that counts: what came in, was set aside or was captured, where the object tells it apart from what was asked. -#}
{%- set amount -%}
multiIf(
            type = 'payment.succeeded' and o['amount_received'] not in ('', '0'), o['amount_received'],
            type = 'payment.authorized' and o['amount_capturable'] not in ('', '0'), o['amount_capturable'],
            type in ('payment.succeeded', 'payment.captured') and o['amount_captured'] not in ('', '0'), o['amount_captured'],
            name = 'charge.captured' and toInt64OrZero(o['amount_refunded']) > 0, toString(toInt64OrZero(o['amount']) - toInt64OrZero(o['amount_refunded'])),
            o['amount_total'] != '', o['amount_total'],
            o['amount'])
{%- endset -%}

{#- The refunds a charge lists. Newer versions of the API leave them out: then its total has grown by one without a name. -#}
{%- set refunds -%}
if(JSONLength(o['refunds'], 'data') > 0, JSONExtract(o['refunds'], 'data', 'Array(Map(String, String))'),
              [map('id', concat(o['id'], '/refunded/', o['amount_refunded']), 'amount', toString(toInt64OrZero(o['amount_refunded']) - toInt64OrZero(e.data.previous_attributes.amount_refunded)), 'status', 'succeeded')])
{%- endset -%}

{#- What a message tells: (id, event type, time, object), of a refund the refund. A refund that a charge lists has the same id
    in every message that lists it; everything else the id of its event. -#}
{%- set tellings -%}
multiIf(
            type in ('', 'nothing'), [],
            type = 'refunds', arrayMap(r -> (
              concat(r['id'], '/', if(r['status'] = '', 'succeeded', r['status'])),
              transform(r['status'], ['failed', 'canceled', 'pending', 'requires_action'], ['refund.failed', 'refund.rejected', 'refund.created', 'refund.updated'], 'refund.succeeded'),
              if(r['created'] = '', at, {{ instant_of("r['created']") }}), r), {{ refunds }}),
            [(concat(if(o['id'] = '', {{ id_of("o['charge']") }}, o['id']), '/', name, '/', if(is_event, e.id, o['status'])), type, at, o)])
{%- endset -%}

{#- The data of one of these; `family` is the type without what happened. Disputes of old versions of the API have no id of
    their own; a charge has one dispute at most. -#}
{%- set data = json_object("[
              " ~ member('refund_id', "if(family = 'refund', t.4['id'], '')") ~ ",
              " ~ member('dispute_id', "if(family = 'dispute', if(o['id'] = '', " ~ id_of("o['charge']") ~ ", o['id']), '')") ~ ",
              " ~ member('payment_id', 'payment_id') ~ ",
              '\"amount\":' || " ~ minor_units_of("if(family = 'payment', amount, t.4['amount'])", 'currency') ~ ",
              " ~ member('currency', 'currency') ~ ",
              " ~ member('method', "if(family = 'payment', method, '')") ~ ",
              " ~ member('provider', "if(family = 'payment', 'stripe', '')") ~ ",
              " ~ member('refund_channel', "if(family = 'refund', channel, '')") ~ ",
              " ~ member('failure_code', "if(t.2 = 'payment.failed', failure_code, '')") ~ ",
              " ~ member('failure_reason', "if(family = 'refund', t.4['failure_reason'], '')") ~ ",
              " ~ member('reason', "if(family = 'payment', '', t.4['reason'])") ~ ",
              " ~ member('raw_status', "if(family = 'payment', t.4['status'], '')") ~ ",
              " ~ member('status', "if(family = 'payment', '', t.4['status'])") ~ ",
              " ~ member('due_at', "if(family = 'dispute', due_at, '')") ~ "]") -%}

{%- set cloud_event = json_object("[
              '\"specversion\":\"1.0\"',
              '\"id\":' || toJSONString(t.1),
              '\"source\":' || toJSONString(if(e.account = '', '/stripe', concat('/stripe/', e.account))),
              '\"type\":' || toJSONString(t.2),
              '\"subject\":' || if(reference != '', " ~ lookup('order', 'reference') ~ ", " ~ lookup('payment', 'payment_id') ~ "),
              " ~ member('time', 't.3') ~ ",
              '\"data\":' || " ~ data ~ "]") -%}

with
opened_messages as (
  select
    *,
    multiIf({{ unreadable() }}, '') as message_problem,
    -- An answer or a proxy may wrap what a webhook sends bare.
    arrayFirst(k -> JSONType(body, k) = 'Object' and JSONType(body, k, 'object') = 'String' and not JSONHas(body, 'object') and not JSONHas(body, 'type'), JSONExtractKeys(body)) as wrapper,
    multiIf(
      root = 'Array', JSONExtractArrayRaw(body),
      root != 'Object', [],
      JSONType(body, 'data') = 'Array', JSONExtractArrayRaw(body, 'data'),
      wrapper != '', [JSONExtractRaw(body, wrapper)],
      [body]
    ) as items
  from (select *, rowNumberInAllBlocks() as nr from ({{ opened(messages) }}))
),

-- One row per item; a message without any keeps its row.
items as (
  select * except (items), item, nth, untuple(JSONExtract(item, '{{ envelope }}')) as e
  from opened_messages
  array join if(empty(items), [''], items) as item, arrayEnumerate(if(empty(items), [''], items)) as nth
),

objects as (
  select
    * except (raw),
    JSONExtract(raw, 'Map(String, String)') as o
  from (
    select
      *,
      e.object in ('event', 'v2.core.event') or (e.type != '' and startsWith(e.data.object, '{')) as is_event,
      if(startsWith(e.data.object, '{'), e.data.object, if(is_event, '', item)) as raw
    from items
  )
),

facts as (
  select
    *,
    if(is_event, e.type, {{ own_name }}) as name,
    {{ reference }} as reference,
    transform(name, [{% for name in plain %}'{{ name }}'{{ ', ' if not loop.last }}{% endfor %}], [{% for name in plain %}'{{ plain[name] }}'{{ ', ' if not loop.last }}{% endfor %}], '') as plainly,
    upper(o['currency']) as currency,
    {{ method }} as method,
    {{ failure_code }} as failure_code,
    JSONExtract(o['evidence_details'], 'due_by', 'String') as evidence_due_by,
    JSONExtractString(o['destination_details'], 'type') as destination
  from objects
),

meanings as (
  select
    *,
    {{ meaning }} as type,
    if(o['object'] = 'payment_intent' or startsWith(name, 'payment_intent.'), o['id'],
      arrayFirst(i -> i != '', [{{ id_of("o['payment_intent']") }}, {{ id_of("o['charge']") }}, o['id']])) as payment_id,
    if(is_event and e.created != '' and (name != 'charge.updated' or o['created'] = ''), e.created, o['created']) as seconds,
    if(evidence_due_by = '', o['evidence_due_by'], evidence_due_by) as due_seconds,
    if(destination = '', method, destination) as way_back
  from facts
),

amounts as (
  select
    *,
    {{ instant_of('seconds') }} as at,
    {{ instant_of('due_seconds') }} as due_at,
    {{ channel_of('way_back') }} as channel,
    {{ amount }} as amount
  from meanings
),

told as (
  select *, {{ tellings }} as tellings
  from amounts
),

judged as (
  select
    *,
    arrayMap((t, family) -> {{ cloud_event }}, tellings, arrayMap(t -> splitByChar('.', t.2)[1], tellings)) as events,
    multiIf(
      item = '', '',
      name = '' and is_event, 'missing_attribute: type is missing',
      name = '', 'unknown_event_type: neither an event nor an object of Stripe',
      type = '', concat('unknown_event_type: no mapping for ', substringUTF8(name, 1, 80)),
      type = 'nothing', '',
      o['id'] = '' and (o['charge'] = '' or not startsWith(type, 'dispute.')), 'missing_attribute: data.object.id is missing',
      at = '', 'missing_attribute: created is missing',
      '') as item_problem
  from told
),

gathered as (
  select
    {% for column in columns %}any({{ column }}) as {{ column }}, {% endfor %}
    any(message_problem) as message_problem,
    arraySort(v -> v.nth, groupArray(cast(tuple(nth, name, events, item_problem), 'Tuple(nth UInt32, name String, events Array(String), problem String)'))) as verdicts
  from judged
  group by nr
),

summed as (
  select
    *,
    arrayExists(v -> v.problem = '' and notEmpty(v.events), verdicts) as has_events,
    arrayFilter(p -> p != '', arrayMap(v -> v.problem, verdicts)) as problems
  from gathered
)

select
  topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
  if(not has_events, [], arrayDistinct(arrayFlatten(arrayMap(v -> if(v.problem != '', [v.problem], v.events), verdicts)))) as outcomes,
  multiIf(message_problem != '' or has_events or notEmpty(problems), '', verdicts[1].name = '', 'list', verdicts[1].name) as concerns,
  {{ or_unread("multiIf(message_problem != '', message_problem, has_events or empty(problems), '', problems[1])") }} as problem
from summed
