{#- Macros for every format's map.sql. Each renders an expression or a clause. -#}

{#- Exact decimal text, as JSON text or number, to minor units of a currency with `digits` decimals; null where it is no amount. -#}
{%- macro minor_units(text, digits=2) -%}
if(match({{ text }}, '^-?[0-9]{1,14}([.][0-9]+)?$'), toInt64(round(toDecimal128OrZero({{ text }}, 6) * exp10({{ digits }}))), null)
{%- endmacro -%}

{#- A JSON object without the members that are null: pairs are (name, JSON text or null). -#}
{%- macro object(pairs) -%}
concat('{', arrayStringConcat(arrayMap(p -> concat(toJSONString(p.1), ':', assumeNotNull(p.2)), arrayFilter(p -> p.2 is not null, {{ pairs }})), ','), '}')
{%- endmacro -%}

{#- Decimals of a currency in ISO 4217; two where it is not known to have others. -#}
{%- macro currency_digits(currency) -%}
multiIf(upper({{ currency }}) in ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF'), 0, upper({{ currency }}) in ('BHD','IQD','JOD','KWD','LYD','OMR','TND'), 3, 2)
{%- endmacro -%}

{#- Decimal text in major units of a currency, to its minor units; null where it is no amount. -#}
{%- macro money(text, currency) -%}
{{ minor_units(text, currency_digits(currency)) }}
{%- endmacro -%}

{#- Text of a date with or without a zone, or of unix seconds, to an instant: without a zone it is UTC; null where it is no date. -#}
{%- macro instant(text) -%}
parseDateTime64BestEffortOrNull({{ text }}, 3, 'UTC')
{%- endmacro -%}

{#- JSON texts of values, null where there is nothing to tell: for `object`. -#}
{%- macro json_instant(at) -%}
concat('"', replaceOne(toString({{ at }}), ' ', 'T'), 'Z"')
{%- endmacro -%}
{%- macro json_text(text) -%}
if({{ text }} = '', null, toJSONString(leftUTF8({{ text }}, 2000)))
{%- endmacro -%}
{%- macro json_integer(number) -%}
toString({{ number }})
{%- endmacro -%}

{#- One event as (is there one, when, id, CloudEvents text); its data are the pairs between call and endcall:
    {% call event("o.closed_at != ''", "concat('order/', o.id, '/closed')", "order.closed", "o.subject", instant("o.closed_at")) %}
      [('reason', {{ json_text("o.reason") }})]
    {% endcall %}
    A list of these becomes `outcomes` through `event_texts`. The column `event_source` of the message names the source. -#}
{%- macro event(when, id, type, subject, at) -%}
tuple(ifNull({{ when }}, 0) != 0, ifNull({{ at }}, toDateTime64(0, 3, 'UTC')), {{ id }}, concat(
    '{"specversion":"1.0","type":"{{ type }}","id":', toJSONString({{ id }}), ',"source":', toJSONString(event_source),
    ifNull(concat(',"subject":', {{ json_text(subject) }}), ''), ifNull(concat(',"time":', {{ json_instant(at) }}), ''),
    ',"data":', {{ object(caller()) }}, '}'))
{%- endmacro -%}

{#- Those events that are there, each id once, in the order they happened. -#}
{%- macro event_texts(events) -%}
arrayMap(e -> e.4, arraySort(e -> e.2, arrayFilter((e, nth) -> nth = 1, arrayFilter(e -> e.1, {{ events }}), arrayEnumerateUniq(arrayMap(e -> e.3, arrayFilter(e -> e.1, {{ events }}))))))
{%- endmacro -%}
