{#- Macros for every format's map.sql. Each renders an expression or a clause. -#}

{#- Exact decimal text, as JSON text or number, to minor units of a currency with `digits` decimals; null where it is no amount. -#}
{%- macro minor_units(text, digits=2) -%}
if(match({{ text }}, '^-?[0-9]{1,14}([.][0-9]{1,6})?$'), toInt64(round(toDecimal128OrZero({{ text }}, 6) * exp10({{ digits }}))), null)
{%- endmacro -%}

{#- A JSON object without the members that are null: pairs are (name, JSON text or null). -#}
{%- macro object(pairs) -%}
concat('{', arrayStringConcat(arrayMap(p -> concat(toJSONString(p.1), ':', assumeNotNull(p.2)), arrayFilter(p -> p.2 is not null, {{ pairs }})), ','), '}')
{%- endmacro -%}
