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

{%- set details = 'Array(Tuple(datetime String, status String, status_detail String, message String, description String, carrier_code String, tracking_location Tuple(city String, state String, country String, zip String)))' -%}
{%- set tracker = "Tuple(tracking_code String, carrier String, status String, status_detail String, created_at String, updated_at String, est_delivery_date String, is_return String, tracking_details " ~ details ~ ")" -%}
{%- set shipment = 'Tuple(id String, reference String, refund_status String, is_return String, selected_rate Tuple(carrier String), postage_label Tuple(created_at String))' -%}
{%- set parcel_type = 'Tuple(code String, carrier String, status String, status_detail String, at String, eta String, eta_until String, is_return UInt8, reference String, shipment String, label_at String)' -%}

with
opened_messages as (
  select
    *,
    -- An answer of the REST API wraps what a webhook sends bare.
    root = 'Object' and not JSONHas(body, 'object') and not JSONHas(body, 'id') and not JSONHas(body, 'tracking_code') as is_wrapping,
    arrayFirst(k -> is_wrapping and JSONType(body, k) = 'Array', JSONExtractKeys(body)) as list_name,
    arrayFirst(k -> is_wrapping and k in ('tracker', 'event', 'shipment') and JSONType(body, k) = 'Object', JSONExtractKeys(body)) as wrapper
  from ({{ opened(messages) }})
),

items as (
  select
    *,
    multiIf(
      root = 'Array', JSONExtractArrayRaw(body),
      root != 'Object', [],
      wrapper != '', [JSONExtractRaw(body, wrapper)],
      list_name != '', JSONExtractArrayRaw(body, list_name),
      [body]
    ) as items
  from opened_messages
),

opened_events as (
  select
    *,
    arrayMap(i -> JSONExtractString(i, 'object') = 'Event' or JSONHas(i, 'result'), items) as are_events,
    arrayMap((i, is_event) -> if(not is_event, i, if(JSONType(i, 'result') = 'Object', JSONExtractRaw(i, 'result'), '')), items, are_events) as things
  from items
),

-- What an item is, by its `object`, else by what it holds; and what it is called when it concerns no order.
things as (
  select
    *,
    arrayMap((i, thing) -> multiIf(
        JSONExtractString(thing, 'object') != '', JSONExtractString(thing, 'object'),
        JSONHas(thing, 'tracking_details') or startsWith(JSONExtractString(thing, 'id'), 'trk_') or (thing != '' and startsWith(JSONExtractString(i, 'description'), 'tracker.')), 'Tracker',
        JSONHas(thing, 'postage_label'), 'Shipment',
        ''), items, things) as kinds,
    arrayMap((i, thing, is_event) -> multiIf(
        is_event, JSONExtractString(i, 'description'),
        JSONExtractString(thing, 'object') = 'Shipment' and JSONExtractString(thing, 'refund_status') != '', 'shipment_refund',
        JSONExtractString(thing, 'object') != '', lower(replaceRegexpAll(JSONExtractString(thing, 'object'), '([a-z])([A-Z])', '\\1_\\2')),
        JSONHas(thing, 'success'), 'acknowledgement',
        JSONHas(thing, 'tracking_details'), 'tracker',
        ''), items, things, are_events) as names,
    arrayMap(i -> JSONExtractString(i, 'created_at'), items) as told_at
  from opened_events
),

extracted as (
  select
    *,
    arrayMap((kind, thing) -> JSONExtract(multiIf(kind = 'Tracker', thing, kind = 'Shipment', JSONExtractRaw(thing, 'tracker'), ''), '{{ tracker }}'), kinds, things) as tracks,
    arrayMap((kind, thing) -> JSONExtract(if(kind = 'Shipment', thing, ''), '{{ shipment }}'), kinds, things) as ships
  from things
),

parcels as (
  select
    *,
    arrayMap((track, ship, at) -> cast(tuple(
        -- Postage given back: no parcel goes anywhere.
        if(ship.refund_status in ('submitted', 'refunded'), '', trimBoth(track.tracking_code)),
        lower(trimBoth(if(track.carrier = '', ship.selected_rate.carrier, track.carrier))),
        track.status, track.status_detail,
        {{ rfc3339("coalesce(nullIf(track.updated_at, ''), nullIf(at, ''), track.created_at)") }},
        {{ rfc3339('track.est_delivery_date') }},
        {{ end_of_day(rfc3339('track.est_delivery_date')) }},
        'true' in (track.is_return, ship.is_return),
        trimBoth(ship.reference), ship.id,
        {{ rfc3339('ship.postage_label.created_at') }}
      ), '{{ parcel_type }}'), tracks, ships, told_at) as parcels
  from extracted
),

scanned as (
  select *, arrayMap((t, track) -> arrayMap(details -> {{ scans() }}, [track.tracking_details])[1], parcels, tracks) as scans_of
  from parcels
),

told as (
  select
    *,
    arrayMap((t, scans) -> multiIf(t.code = '', [], t.is_return, {{ return_events() }}, {{ parcel_events() }}), parcels, scans_of) as tellings,
    arrayMap((name, kind, thing, is_event, t) -> multiIf(
        is_event and thing = '' and startsWith(name, 'tracker.'), concat('missing_attribute: result is missing: a ', name, ' without its tracker'),
        kind = 'Tracker' and t.code = '', 'missing_attribute: tracking_code is missing',
        kind in ('Tracker', 'Shipment') or startsWith(name, 'shipment.invoice'), '',
        match(name, '^(tracker|shipment)[.]'), concat('unknown_event_type: no mapping for ', substringUTF8(name, 1, 80)),
        name = '', 'unknown_event_type: neither an Event nor an object of EasyPost',
        ''), names, kinds, things, are_events, parcels) as problems,
    multiIf({{ unreadable() }}, '') as message_problem
  from scanned
),

summed as (
  select
    *,
    arrayExists((events, wrong) -> notEmpty(events) and wrong = '', tellings, problems) as has_events,
    arrayFirst(p -> p != '', problems) as first_problem
  from told
)

select
  topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
  if(not has_events, [], arrayDistinct(arrayFlatten(arrayMap((name, events, wrong) -> if(wrong != '', [wrong], events), names, tellings, problems)))) as outcomes,
  multiIf(has_events or message_problem != '' or first_problem != '', '', notEmpty(names), names[1], list_name != '', list_name, 'list') as concerns,
  {{ or_unread("multiIf(message_problem != '', message_problem, has_events, '', first_problem)") }} as problem
from summed
