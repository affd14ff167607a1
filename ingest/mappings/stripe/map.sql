{#- Events of Stripe: an envelope around the object it is about, as the object was then. Bare objects and lists, as the REST
    API answers them, are read by their status. What each event means stands in `meaning`; README.md says why. -#}

{#- What is read of a refund, and of the object of an event. All as text: '' for what is missing or null; a reference to
    another object (payment_intent, charge) is its id or, expanded, the object's JSON. -#}
{%- set refund = "Tuple(id String, object String, amount String, currency String, created String, status String, reason String, failure_reason String, charge String, payment_intent String, destination_details Tuple(type String))" -%}
{%- set thing = "Tuple(id String, object String, status String, created String, currency String, amount String, amount_received String, amount_capturable String, amount_captured String, amount_refunded String, amount_total String, captured String, paid String, refunded String, payment_intent String, charge String, latest_charge String, metadata String, client_reference_id String, payment_details Tuple(order_reference String), description String, mode String, payment_status String, payment_method_types Array(String), payment_method_details Tuple(type String), source Tuple(object String), failure_code String, failure_reason String, outcome Tuple(reason String), last_payment_error Tuple(code String, decline_code String), cancellation_reason String, reason String, evidence_details Tuple(due_by String), evidence_due_by String, destination_details Tuple(type String), refunds Tuple(data Array(" ~ refund ~ ")), charges Tuple(data Array(Tuple(metadata String, payment_method_details Tuple(type String)))))" -%}
{%- set known = "Tuple(name String, is_event UInt8, event_id String, account String, at String, was_refunded String, o " ~ thing ~ ", payment_id String, method String, reference String, type String)" -%}

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
{%- set order_keys = ['orderid', 'ordernumber', 'orderno', 'orderreference', 'orderref', 'order', 'merchantorderid', 'shoporderid'] -%}

{#- The order's number in one JSON object of metadata, '' where there is none. -#}
{%- macro order_in(metadata) -%}
arrayMap((names, texts) -> arrayFirst(v -> v != '', arrayMap(k -> texts[indexOf(names, k)], [{%- for key in order_keys -%}'{{ key }}'{%- if not loop.last %}, {% endif -%}{%- endfor -%}])),
              [arrayMap(k -> lower(replaceRegexpAll(k, '[^A-Za-z0-9]', '')), JSONExtractKeys({{ metadata }}))],
              [arrayMap(k -> trimBoth(JSONExtract({{ metadata }}, k, 'String')), JSONExtractKeys({{ metadata }}))])[1]
{%- endmacro -%}

{#- What the object itself calls its order: metadata, its own field for it, then words like "Order #1001". -#}
{%- macro reference_of(o) -%}
arrayFirst(r -> r != '', [
              {{ order_in(o ~ ".metadata") }},
              trimBoth({{ o }}.payment_details.order_reference),
              trimBoth({{ o }}.client_reference_id),
              {{ order_in("JSONExtractRaw(" ~ o ~ ".payment_intent, 'metadata')") }},
              {{ order_in("JSONExtractRaw(" ~ o ~ ".charge, 'metadata')") }},
              {{ order_in("JSONExtractRaw(" ~ o ~ ".latest_charge, 'metadata')") }},
              {{ order_in(o ~ ".charges.data[-1].metadata") }},
              extract({{ o }}.description, '(?i)\\border *(?:#|(?:number|no|id)[.:]? *#?) *([A-Za-z0-9][A-Za-z0-9_-]*)')
            ])
{%- endmacro -%}

{#- The name that an event about a bare object `o` would have. A charge tells its state, whatever has happened to it. -#}
{%- macro name_of(o) -%}
multiIf(
              {{ o }}.object = 'payment_intent', concat('payment_intent.', multiIf({{ o }}.status = 'requires_payment_method' and {{ o }}.last_payment_error.code != '', 'payment_failed', transform({{ o }}.status, ['requires_payment_method', 'requires_confirmation', 'requires_capture'], ['created', 'created', 'amount_capturable_updated'], {{ o }}.status))),
              {{ o }}.object = 'charge', 'charge.updated',
              {{ o }}.object = 'refund', 'refund.updated',
              {{ o }}.object = 'dispute', if({{ o }}.status in ('won', 'lost', 'warning_closed', 'charge_refunded'), 'charge.dispute.closed', 'charge.dispute.created'),
              {{ o }}.object = 'checkout.session' and {{ o }}.status in ('complete', 'expired'), if({{ o }}.status = 'complete', 'checkout.session.completed', 'checkout.session.expired'),
              {{ o }}.object)
{%- endmacro -%}

{#- The event type of `name` about `o`; 'nothing' for one that no order waits for, '' for one we do not know. -#}
{%- macro meaning(name, o) -%}
multiIf(
              {{ name }} = 'payment_intent.created', 'payment.created',
              {{ name }} in ('payment_intent.processing', 'payment_intent.requires_action', 'payment_intent.partially_funded', 'charge.pending'), 'payment.processing',
              {{ name }} = 'payment_intent.amount_capturable_updated', 'payment.authorized',
              {{ name }} = 'payment_intent.succeeded', 'payment.succeeded',
              {{ name }} in ('payment_intent.payment_failed', 'charge.failed'), 'payment.failed',
              {{ name }} = 'payment_intent.canceled', if({{ o }}.cancellation_reason in ('automatic', 'expired'), 'payment.expired', 'payment.voided'),
              {{ name }} = 'charge.captured', 'payment.captured',
              {{ name }} = 'charge.expired', 'payment.expired',
              {{ name }} = 'charge.refunded', if({{ o }}.captured = 'false', 'payment.voided', 'refunds'),
              {{ name }} = 'charge.updated' and ({{ o }}.status = 'failed' or ({{ o }}.status = '' and {{ o }}.paid = 'false')), 'payment.failed',
              {{ name }} = 'charge.updated' and {{ o }}.status = 'pending', 'payment.processing',
              {{ name }} = 'charge.updated' and {{ o }}.captured = 'false' and {{ o }}.refunded = 'true', 'payment.voided',
              {{ name }} in ('charge.succeeded', 'charge.updated'), if({{ o }}.captured = 'false', 'payment.authorized', 'payment.succeeded'),
              {{ name }} in ('charge.refund.updated', 'refund.created', 'refund.updated', 'refund.failed'), multiIf(
                {{ o }}.status in ('succeeded', 'failed'), concat('refund.', {{ o }}.status),
                {{ o }}.status in ('canceled', 'cancelled'), 'refund.rejected',
                {{ name }} in ('refund.created', 'refund.failed'), {{ name }},
                'refund.updated'),
              {{ name }} = 'charge.dispute.created', 'dispute.opened',
              {{ name }} in ('charge.dispute.updated', 'charge.dispute.funds_withdrawn', 'charge.dispute.funds_reinstated'), 'dispute.updated',
              {{ name }} = 'charge.dispute.closed', 'dispute.closed',
              startsWith({{ name }}, 'checkout.session.') and {{ o }}.mode in ('setup', 'subscription'), 'nothing',
              {{ name }} = 'checkout.session.completed', transform({{ o }}.payment_status, ['paid', 'unpaid'], ['payment.succeeded', 'payment.processing'], 'nothing'),
              {{ name }} = 'checkout.session.async_payment_succeeded', 'payment.succeeded',
              {{ name }} = 'checkout.session.async_payment_failed', 'payment.failed',
              {{ name }} = 'checkout.session.expired', if({{ o }}.payment_intent = '' and {{ reference_of(o) }} = '', 'nothing', 'payment.expired'),
              match({{ name }}, '^(payment_intent|charge|refund|checkout[.]session|order|order_return)[.]'), '',
              'nothing')
{%- endmacro -%}

{#- How the money of method `m` goes back. -#}
{%- macro channel_of(m) -%}
multiIf({{ m }} in ('card', 'card_present', 'interac_present', 'link'), 'card', {{ m }} in ('alipay', 'wechat_pay', 'paypal', 'cashapp', 'amazon_pay', 'grabpay', 'gcash', 'kakao_pay', 'naver_pay', 'paypay', 'revolut_pay', 'mobilepay', 'swish', 'twint'), 'wallet', match({{ m }}, 'bank|debit|ideal|sofort|giropay|bancontact|eps|p24|blik|pix|fpx|multibanco|konbini'), 'bank', '')
{%- endmacro -%}

{%- macro money_event(id, type, at, data) -%}
{{ object("[
              ('specversion', '\"1.0\"'),
              ('id', toJSONString(" ~ id ~ ")),
              ('source', toJSONString(if(f.account = '', '/stripe', concat('/stripe/', f.account)))),
              ('type', toJSONString(" ~ type ~ ")),
              ('subject', if(f.reference != '', " ~ lookup('order', 'f.reference') ~ ", " ~ lookup('payment', 'f.payment_id') ~ ")),
              " ~ member('time', at) ~ ",
              ('data', " ~ data ~ ")]") }}
{%- endmacro -%}

{#- The amount that counts: what came in, was set aside or was captured, where the object tells it apart from what was asked. -#}
{%- set amount -%}
multiIf(
                f.type = 'payment.succeeded' and f.o.amount_received not in ('', '0'), f.o.amount_received,
                f.type = 'payment.authorized' and f.o.amount_capturable not in ('', '0'), f.o.amount_capturable,
                f.type in ('payment.succeeded', 'payment.captured') and f.o.amount_captured not in ('', '0'), f.o.amount_captured,
                f.name = 'charge.captured' and toInt64OrZero(f.o.amount_refunded) > 0, toString(toInt64OrZero(f.o.amount) - toInt64OrZero(f.o.amount_refunded)),
                f.o.amount_total != '', f.o.amount_total,
                f.o.amount)
{%- endset -%}

{%- set payment_data = object("[
                " ~ member('payment_id', 'f.payment_id') ~ ",
                ('amount', " ~ minor_units_of(amount, 'upper(f.o.currency)') ~ "),
                " ~ member('currency', 'upper(f.o.currency)') ~ ",
                " ~ member('method', 'f.method') ~ ",
                ('provider', '\"stripe\"'),
                " ~ member('raw_status', 'f.o.status') ~ ",
                " ~ member('failure_code', "if(f.type != 'payment.failed', '', arrayFirst(c -> c not in ('', 'generic_decline'), [f.o.last_payment_error.decline_code, f.o.last_payment_error.code, if(f.o.failure_code = '', '', f.o.outcome.reason), f.o.failure_code]))") ~ "]") -%}

{#- Disputes of old versions of the API have no id of their own; a charge has one dispute at most. -#}
{%- set dispute_data = object("[
                " ~ member('dispute_id', "if(f.o.id = '', " ~ id_of('f.o.charge') ~ ", f.o.id)") ~ ",
                " ~ member('payment_id', 'f.payment_id') ~ ",
                ('amount', " ~ minor_units_of('f.o.amount', 'upper(f.o.currency)') ~ "),
                " ~ member('currency', 'upper(f.o.currency)') ~ ",
                " ~ member('reason', 'f.o.reason') ~ ",
                " ~ member('status', 'f.o.status') ~ ",
                " ~ member('due_at', instant_of("if(f.o.evidence_details.due_by = '', f.o.evidence_due_by, f.o.evidence_details.due_by)")) ~ "]") -%}

{#- Refund `r`, of method `f.method` where it does not say itself where the money goes. -#}
{%- set refund_data = object("[
                " ~ member('refund_id', 'r.id') ~ ",
                " ~ member('payment_id', 'f.payment_id') ~ ",
                ('amount', " ~ minor_units_of('r.amount', "upper(if(r.currency = '', f.o.currency, r.currency))") ~ "),
                " ~ member('currency', "upper(if(r.currency = '', f.o.currency, r.currency))") ~ ",
                " ~ member('refund_channel', channel_of("if(r.destination_details.type = '', f.method, r.destination_details.type)")) ~ ",
                " ~ member('reason', 'r.reason') ~ ",
                " ~ member('failure_reason', 'r.failure_reason') ~ ",
                " ~ member('status', 'r.status') ~ "]") -%}

{#- Newer versions of the API leave the list of refunds out of a charge: then its total has grown by one refund without a name. -#}
{%- set refunds -%}
if(notEmpty(f.o.refunds.data), f.o.refunds.data, [cast(tuple(
                concat(f.o.id, '/refunded/', f.o.amount_refunded), 'refund', toString(toInt64OrZero(f.o.amount_refunded) - toInt64OrZero(f.was_refunded)), '', '', 'succeeded', '', '', '', '', tuple('')), '{{ refund }}')])
{%- endset -%}

{%- set refund_type -%}
transform(r.status, ['failed', 'canceled', 'pending', 'requires_action'], ['refund.failed', 'refund.rejected', 'refund.created', 'refund.updated'], 'refund.succeeded')
{%- endset -%}

{%- set event_key -%}
concat(if(f.o.id = '', {{ id_of('f.o.charge') }}, f.o.id), '/', f.name, '/', if(f.event_id = '', f.o.status, f.event_id))
{%- endset -%}

{#- A refund listed in a charge has an id of its own in every message that lists it; one told by its own event has the event's. -#}
{%- macro events_of() -%}
multiIf(
            f.type in ('', 'nothing'), [],
            f.type = 'refunds', arrayMap(r -> {{ money_event("concat(r.id, '/', if(r.status = '', 'succeeded', r.status))", refund_type, "if(r.created = '', f.at, " ~ instant_of('r.created') ~ ")", refund_data) }}, {{ refunds }}),
            startsWith(f.type, 'refund.'), arrayMap(r -> {{ money_event(event_key, 'f.type', 'f.at', refund_data) }}, [cast(tuple(f.o.id, 'refund', f.o.amount, f.o.currency, f.o.created, f.o.status, f.o.reason, f.o.failure_reason, f.o.charge, f.o.payment_intent, tuple(f.o.destination_details.type)), '{{ refund }}')]),
            [{{ money_event(event_key, 'f.type', 'f.at', "if(startsWith(f.type, 'dispute.'), " ~ dispute_data ~ ", " ~ payment_data ~ ")") }}])
{%- endmacro -%}

select
  topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
  if(not has_events, [], arrayDistinct(arrayFlatten(arrayMap(v -> if(v.problem != '', [{{ refused('/stripe', 'v.name', 'v.problem') }}], v.events), verdicts)))) as outcomes,
  multiIf(has_events or message_problem != '' or notEmpty(problems), '', empty(verdicts), 'list', verdicts[1].name) as concerns,
  multiIf(message_problem != '', message_problem, has_events or empty(problems), '', problems[1]) as problem
from (
  select
    *,
    arrayExists(v -> v.problem = '' and notEmpty(v.events), verdicts) as has_events,
    arrayFilter(p -> p != '', arrayMap(v -> v.problem, verdicts)) as problems,
    multiIf(
      {{ unreadable() }},
      '') as message_problem
  from (
    select
      *,
      arrayMap(f -> cast(tuple(
          f.name,
          {{ events_of() }},
          multiIf(
            f.name = '' and f.is_event, 'missing_attribute: type is missing',
            f.name = '', 'unknown_event_type: neither an event nor an object of Stripe',
            f.type = '', concat('unknown_event_type: no mapping for ', substringUTF8(f.name, 1, 80)),
            f.type = 'nothing', '',
            f.o.id = '' and (f.o.charge = '' or not startsWith(f.type, 'dispute.')), 'missing_attribute: data.object.id is missing',
            '')
        ), 'Tuple(name String, events Array(String), problem String)'), facts) as verdicts
    from (
      select
        *,
        arrayMap(e -> arrayMap((o, name) -> cast(tuple(
            name,
            e.is_event,
            e.id,
            e.account,
            {{ instant_of("if(e.is_event and name != 'charge.updated' and e.created != '', e.created, o.created)") }},
            e.was_refunded,
            o,
            if(o.object = 'payment_intent' or startsWith(name, 'payment_intent.'), o.id,
              arrayFirst(i -> i != '', [{{ id_of('o.payment_intent') }}, {{ id_of('o.charge') }}, o.id])),
            arrayFirst(m -> m != '', [
              o.payment_method_details.type,
              JSONExtractString(o.latest_charge, 'payment_method_details', 'type'),
              o.charges.data[-1].payment_method_details.type,
              if(o.source.object = 'card', 'card', ''),
              if(length(o.payment_method_types) = 1, o.payment_method_types[1], '')
            ]),
            {{ reference_of('o') }},
            {{ meaning('name', 'o') }}
          ), '{{ known }}'), [e.o], [if(e.is_event, e.name, {{ name_of('e.o') }})])[1], opened_events) as facts
      from (
        select
          *,
          arrayMap((i, e, is_event) -> cast(tuple(
              e.type, is_event, if(is_event, e.id, ''), e.account, e.created, e.data.previous_attributes.amount_refunded,
              JSONExtract(if(startsWith(e.data.object, '{'), e.data.object, if(is_event, '', i)), '{{ thing }}')
            ), 'Tuple(name String, is_event UInt8, id String, account String, created String, was_refunded String, o {{ thing }})'),
            items, envelopes, arrayMap(e -> e.object in ('event', 'v2.core.event') or (e.type != '' and startsWith(e.data.object, '{')), envelopes)) as opened_events
        from (
          select
            *,
            arrayMap(i -> JSONExtract(i, 'Tuple(id String, object String, type String, created String, account String, data Tuple(object String, previous_attributes Tuple(amount_refunded String)))'), items) as envelopes
          from (
            select
              *,
              multiIf(
                root = 'Array', JSONExtractArrayRaw(body),
                root != 'Object', [],
                JSONType(body, 'data') = 'Array', JSONExtractArrayRaw(body, 'data'),
                JSONType(body, 'event') = 'Object' and not JSONHas(body, 'type'), [JSONExtractRaw(body, 'event')],
                [body]
              ) as items
            from ({{ opened(messages) }})
          )
        )
      )
    )
  )
)
