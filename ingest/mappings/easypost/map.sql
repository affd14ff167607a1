{#- Trackers of EasyPost: a message repeats everything the carrier has said of a parcel so far, and every scan is an event
    with an id of its own, so that repetition changes nothing. README.md says what becomes of the rest. -#}

{#- Midnight means that the carrier told a day and no hour: the promise is the end of that day. -#}
{%- macro end_of_day(at) -%}
if(match({{ at }}, 'T00:00:00([.]0+)?[Zz]$'), concat(substring({{ at }}, 1, 10), 'T23:59:59Z'), {{ at }})
{%- endmacro -%}

{%- set words = "('pre_transit', 'in_transit', 'out_for_delivery', 'available_for_pickup', 'delivered', 'return_to_sender', 'failure', 'cancelled', 'unknown')" -%}

{#- EasyPost's words are ours but for two. -#}
{%- macro status_of(word) -%}
multiIf({{ word }} in {{ words }}, {{ word }}, {{ word }} = 'error', 'failure', {{ word }} = 'canceled', 'cancelled', 'unknown')
{%- endmacro -%}

{%- macro type_of(status) -%}
transform({{ status }}, ['delivered', 'return_to_sender', 'failure'], ['shipment.delivered', 'shipment.returned', 'shipment.exception'], 'shipment.checkpoint')
{%- endmacro -%}

{#- Tracker `t` names its order by the reference of its shipment, else by its tracking number. -#}
{%- macro parcel_event(id, type, at, data) -%}
{{ json_object("[
            '\"specversion\":\"1.0\"',
            '\"id\":' || toJSONString(concat(t.code, '/', " ~ id ~ ")),
            '\"source\":\"/easypost\"',
            '\"type\":' || toJSONString(" ~ type ~ "),
            '\"subject\":' || if(t.reference != '', " ~ lookup('order', 't.reference') ~ ", " ~ lookup('tracking', 't.code') ~ "),
            " ~ member('time', at) ~ ",
            '\"data\":' || " ~ data ~ "]") }}
{%- endmacro -%}

{%- set parcel -%}
'"shipment_id":' || toJSONString(t.code), {{ member('tracking_no', 't.code') }}, {{ member('carrier_code', 't.carrier') }}
{%- endset -%}

{%- set scan_data = json_object("[
              " ~ parcel ~ ",
              " ~ member('status', 's.status') ~ ",
              " ~ member('raw_status', 's.raw_status') ~ ",
              " ~ member('substatus', 's.substatus') ~ ",
              " ~ member('location', 's.location') ~ ",
              " ~ member('message', 's.message') ~ "]") -%}

{%- set return_data = json_object("['\"return_id\":' || toJSONString(t.code), " ~ member('tracking_no', 't.code') ~ ", " ~ member('carrier_code', 't.carrier') ~ ", " ~ member('status', 's.status') ~ "]") -%}

{%- set label_data = json_object("[" ~ parcel ~ ", " ~ member('fulfillment_id', 't.shipment') ~ "]") -%}

{%- set eta_data = json_object("[
              " ~ parcel ~ ",
              " ~ member('eta_from', "if(t.eta_until != t.eta, t.eta, '')") ~ ",
              " ~ member('eta_until', 't.eta_until') ~ "]") -%}

{#- A parcel on its way back to the seller tells two things about the order: that it was sent, and that it came. -#}
{%- macro return_events() -%}
arrayConcat(
            arrayMap(s -> {{ parcel_event("concat('return_shipped/', s.id)", "'return.shipped'", 's.at', return_data) }}, arraySlice(arrayFilter(s -> s.status not in ('pre_transit', 'unknown', 'delivered'), scans), 1, 1)),
            arrayMap(s -> {{ parcel_event("concat('return_received/', s.id)", "'return.received'", 's.at', return_data) }}, arraySlice(arrayFilter(s -> s.status = 'delivered', scans), 1, 1))
          )
{%- endmacro -%}

{%- macro parcel_events() -%}
arrayConcat(
            if(t.label_at = '' or t.reference = '', [], [{{ parcel_event("'label'", "'fulfillment.label_created'", 't.label_at', label_data) }}]),
            arrayMap(s -> {{ parcel_event('s.id', type_of('s.status'), 's.at', scan_data) }}, scans),
            if(t.eta = '', [], [{{ parcel_event("concat('eta/', t.eta)", "'shipment.eta_changed'", 't.at', eta_data) }}])
          )
{%- endmacro -%}

{%- set scan_type = 'Tuple(id String, at String, status String, raw_status String, substatus String, location String, message String)' -%}

{#- The scans of tracker `t`, earliest first; its own status too where no scan says it, or there is none yet. -#}
{%- macro scans() -%}
arraySort(s -> parseDateTime64BestEffortOrZero(s.at, 3, 'UTC'), arrayConcat(
          arrayMap(d -> cast(tuple(
              concat({{ rfc3339('d.datetime') }}, '/', d.status, '/', substring(lower(hex(MD5(concat(d.status_detail, d.message, d.carrier_code, d.tracking_location.city, d.tracking_location.zip)))), 1, 8)),
              {{ rfc3339('d.datetime') }},
              {{ status_of('d.status') }},
              if(d.carrier_code != '' and d.status in {{ words }}, d.carrier_code, if(d.status in {{ words }}, '', d.status)),
              if(d.status_detail = 'unknown', '', d.status_detail),
              arrayStringConcat(arrayFilter(p -> p != '', [d.tracking_location.city, d.tracking_location.state, d.tracking_location.country]), ', '),
              substringUTF8(if(d.message = '', d.description, d.message), 1, 1000)
            ), '{{ scan_type }}'), details),
          if(has(arrayMap(d -> d.status, details), t.status) or (notEmpty(details) and t.status in ('', 'unknown', 'pre_transit')), [], [cast(tuple(
              concat('status/', t.status), t.at, {{ status_of('t.status') }}, if(t.status in {{ words }}, '', t.status), if(t.status_detail = 'unknown', '', t.status_detail), '', ''
            ), '{{ scan_type }}')])
        ))
{%- endmacro -%}

select
  topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
  if(not has_events, [], arrayDistinct(arrayFlatten(arrayMap(v -> if(v.problem != '', [{{ refused('/easypost', 'v.name', 'v.problem') }}], v.events), verdicts)))) as outcomes,
  multiIf(has_events or message_problem != '' or notEmpty(problems), '', empty(verdicts), empty_list, verdicts[1].name) as concerns,
  multiIf(message_problem != '', message_problem, has_events or empty(problems), '', problems[1]) as problem
from (
  select
    *,
    arrayMap((o, events) -> cast(tuple(
        o.name,
        events,
        multiIf(
          o.is_event and o.thing = '' and startsWith(o.name, 'tracker.'), concat('missing_attribute: result is missing: a ', o.name, ' without its tracker'),
          o.kind = 'Tracker' and o.tracker.code = '', 'missing_attribute: tracking_code is missing',
          o.kind in ('Tracker', 'Shipment') or startsWith(o.name, 'shipment.invoice'), '',
          match(o.name, '^(tracker|shipment)[.]'), concat('unknown_event_type: no mapping for ', substringUTF8(o.name, 1, 80)),
          o.name = '', 'unknown_event_type: neither an Event nor an object of EasyPost',
          '')
      ), 'Tuple(name String, events Array(String), problem String)'), objects, tellings) as verdicts,
    arrayExists(v -> notEmpty(v.events) and v.problem = '', verdicts) as has_events,
    arrayFilter(p -> p != '', arrayMap(v -> v.problem, verdicts)) as problems,
    multiIf(
      {{ unreadable() }},
      '') as message_problem
  from (
    select
      *,
      arrayMap(o -> if(o.tracker.code = '', [], arrayMap((t, scans) -> if(t.is_return, {{ return_events() }}, {{ parcel_events() }}),
          [o.tracker], arrayMap((t, details) -> {{ scans() }}, [o.tracker], [o.details]))[1]), objects) as tellings
    from (
      select
        *,
        arrayMap(x -> cast(tuple(
            x.kind, x.name, x.is_event, x.thing,
            if(x.kind = 'Shipment' and x.ship.refund_status in ('submitted', 'refunded'), [], x.track.tracking_details),
            tuple(
              if(x.kind = 'Shipment' and x.ship.refund_status in ('submitted', 'refunded'), '', trimBoth(x.track.tracking_code)),
              lower(trimBoth(if(x.track.carrier = '', x.ship.selected_rate.carrier, x.track.carrier))),
              x.track.status, x.track.status_detail,
              {{ rfc3339("coalesce(nullIf(x.track.updated_at, ''), nullIf(x.at, ''), x.track.created_at)") }},
              {{ rfc3339('x.track.est_delivery_date') }},
              {{ end_of_day(rfc3339('x.track.est_delivery_date')) }},
              'true' in (x.track.is_return, x.ship.is_return),
              trimBoth(x.ship.reference), x.ship.id,
              {{ rfc3339('x.ship.postage_label.created_at') }}
            )
          ), 'Tuple(kind String, name String, is_event UInt8, thing String, details Array(Tuple(datetime String, status String, status_detail String, message String, description String, carrier_code String, tracking_location Tuple(city String, state String, country String, zip String))), tracker Tuple(code String, carrier String, status String, status_detail String, at String, eta String, eta_until String, is_return UInt8, reference String, shipment String, label_at String))'), extracted) as objects
      from (
        select
          *,
          arrayMap(e -> cast(tuple(
              e.kind, e.name, e.is_event, e.thing, e.at,
              JSONExtract(if(e.kind = 'Shipment', JSONExtractRaw(e.thing, 'tracker'), if(e.kind = 'Tracker', e.thing, '')), 'Tuple(tracking_code String, carrier String, status String, status_detail String, created_at String, updated_at String, est_delivery_date String, is_return String, tracking_details Array(Tuple(datetime String, status String, status_detail String, message String, description String, carrier_code String, tracking_location Tuple(city String, state String, country String, zip String))))'),
              JSONExtract(if(e.kind = 'Shipment', e.thing, ''), 'Tuple(id String, reference String, refund_status String, is_return String, selected_rate Tuple(carrier String), postage_label Tuple(created_at String))')
            ), 'Tuple(kind String, name String, is_event UInt8, thing String, at String, track Tuple(tracking_code String, carrier String, status String, status_detail String, created_at String, updated_at String, est_delivery_date String, is_return String, tracking_details Array(Tuple(datetime String, status String, status_detail String, message String, description String, carrier_code String, tracking_location Tuple(city String, state String, country String, zip String)))), ship Tuple(id String, reference String, refund_status String, is_return String, selected_rate Tuple(carrier String), postage_label Tuple(created_at String)))'), things) as extracted
        from (
          select
            *,
            -- What an item is, by its `object`, else by what it holds; and what it is called when it concerns no order.
            arrayMap((i, thing, is_event) -> cast(tuple(
                multiIf(
                  JSONExtractString(thing, 'object') != '', JSONExtractString(thing, 'object'),
                  JSONHas(thing, 'tracking_details') or startsWith(JSONExtractString(thing, 'id'), 'trk_') or (thing != '' and startsWith(JSONExtractString(i, 'description'), 'tracker.')), 'Tracker',
                  JSONHas(thing, 'postage_label'), 'Shipment',
                  ''),
                multiIf(
                  is_event, JSONExtractString(i, 'description'),
                  JSONExtractString(thing, 'object') = 'Shipment' and JSONExtractString(thing, 'refund_status') != '', 'shipment_refund',
                  JSONExtractString(thing, 'object') != '', lower(replaceRegexpAll(JSONExtractString(thing, 'object'), '([a-z])([A-Z])', '\\1_\\2')),
                  JSONHas(thing, 'success'), 'acknowledgement',
                  JSONHas(thing, 'tracking_details'), 'tracker',
                  ''),
                is_event, thing, JSONExtractString(i, 'created_at')
              ), 'Tuple(kind String, name String, is_event UInt8, thing String, at String)'),
              items,
              arrayMap(i -> if(JSONExtractString(i, 'object') = 'Event' or JSONHas(i, 'result'), if(JSONType(i, 'result') = 'Object', JSONExtractRaw(i, 'result'), ''), i), items),
              arrayMap(i -> JSONExtractString(i, 'object') = 'Event' or JSONHas(i, 'result'), items)
            ) as things
          from (
            select
              *,
              -- An answer of the REST API wraps what a webhook sends bare.
              arrayFirst(k -> JSONType(body, k) = 'Array' and not JSONHas(body, 'object') and not JSONHas(body, 'tracking_code'), JSONExtractKeys(body)) as list_name,
              arrayFirst(k -> k in ('tracker', 'event', 'shipment') and JSONType(body, k) = 'Object' and not JSONHas(body, 'object') and not JSONHas(body, 'id'), JSONExtractKeys(body)) as wrapper,
              if(list_name = '', 'nothing', list_name) as empty_list,
              multiIf(
                root = 'Array', JSONExtractArrayRaw(body),
                root != 'Object', [],
                wrapper != '', [JSONExtractRaw(body, wrapper)],
                list_name != '', JSONExtractArrayRaw(body, list_name),
                [body]
              ) as items
            from ({{ opened(messages) }})
          )
        )
      )
    )
  )
)
