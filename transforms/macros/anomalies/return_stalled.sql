{% macro return_stalled() -%}
{%- set scans = "arrayMap(s -> (toNullable(s.at), s.event_id), arrayFilter(s -> s.at > one.at, arrayFirst(p -> one.part != '' and p.shipment_id = one.part, return_parcels).scans))" -%}
{%- set ends = signs_where("(h.thing = one.thing and h.type in ('return.received', 'return.inspected', 'return.rejected')) or (one.part != '' and h.thing = one.part and h.type = 'shipment.delivered')") -%}
arrayFlatten(arrayMap(
    (one, signs, ends) -> arrayMap(
        sign -> {{ promise_met(
            "'return_stalled'",
            "concat(one.thing, '@', toString(toUnixTimestamp64Milli(assumeNotNull(sign.1))))",
            'sign.1',
            'null',
            next_sign('sign.1', 'arrayConcat(signs, ends)'),
            'null',
            '[sign.2]',
            'amount_paid'
        ) }},
        arrayFilter(sign -> not arrayExists(done -> ifNull(done.1 <= sign.1, 0), ends), signs)
    ),
    {{ first_of_each("'return.shipped'") }} as sent_back,
    arrayMap(one -> arrayConcat([(toNullable(one.at), one.event_id)], {{ scans }}), sent_back),
    arrayMap(one -> {{ ends }}, sent_back)
))
{%- endmacro %}
