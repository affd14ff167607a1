{#- Macros for every format's map.sql. Each renders an expression or a clause. -#}

{#- Exact decimal text, as JSON text or number, to minor units of a currency with `digits` decimals; null where it is no amount. -#}
{%- macro minor_units(text, digits=2) -%}
if(match({{ text }}, '^-?[0-9]{1,14}([.][0-9]+)?$'), toInt64(round(toDecimal128OrZero({{ text }}, 6) * exp10({{ digits }}))), null)
{%- endmacro -%}

{#- A JSON object without the members that are null: pairs are (name, JSON text or null). -#}
{%- macro object(pairs) -%}
concat('{', arrayStringConcat(arrayMap(p -> concat(toJSONString(p.1), ':', assumeNotNull(p.2)), arrayFilter(p -> p.2 is not null, {{ pairs }})), ','), '}')
{%- endmacro -%}

{#- The same of members written `'"name":' || json`, which costs the engine far less to analyse; null members are left out. -#}
{%- macro json_object(members="") -%}
concat('{', arrayStringConcat({% if members %}{{ members }}{% else %}{{ caller() }}{% endif %}, ','), '}')
{%- endmacro -%}

{#- Decimals of a currency in ISO 4217; two where it is not known to have others. -#}
{%- macro currency_digits(currency) -%}
multiIf(upper({{ currency }}) in ('BIF','CLP','DJF','GNF','ISK','JPY','KMF','KRW','PYG','RWF','UGX','UYI','VND','VUV','XAF','XOF','XPF'), 0, upper({{ currency }}) in ('BHD','IQD','JOD','KWD','LYD','OMR','TND'), 3, 2)
{%- endmacro -%}

{#- Decimal text in major units of a currency, to its minor units; null where it is no amount. -#}
{%- macro money(text, currency) -%}
{{ minor_units(text, currency_digits(currency)) }}
{%- endmacro -%}

{#- Text of a date with or without a zone, or of unix seconds or milliseconds, to an instant: without a zone it is UTC; null where
    it is no date. The engine by itself would see a date in "5" and in "0000-00-00". -#}
{%- macro instant(text) -%}
parseDateTime64BestEffortOrNull(extract({{ text }}, '^(?:[12][0-9]{3}-[0-9]{2}-[0-9]{2}.*|[0-9]{9,13})$'), 3, 'UTC')
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

{#- The first of some texts that says anything. -#}
{%- macro first_of(texts) -%}
coalesce({% for text in texts %}nullIf({{ text }}, ''), {% endfor %}'')
{%- endmacro -%}

{#- A buyer without an account: the same contact is the same buyer, and the contact itself is not kept. -#}
{%- macro guest(contact) -%}
if({{ contact }} = '', 'guest', concat('guest-', lower(hex(substring(SHA256(lowerUTF8({{ contact }})), 1, 8)))))
{%- endmacro -%}
{%- macro phone_tail(phone) -%}
right(replaceRegexpAll({{ phone }}, '[^0-9]', ''), 4)
{%- endmacro -%}

{#- A number of pieces; a part of a piece counts as one. -#}
{%- macro whole(text) -%}
toUInt32(ceil(least(greatest(ifNotFinite(toFloat64OrZero({{ text }}), 0), 0), 4294967294)))
{%- endmacro -%}

{#- JSON of money; null where the currency is not told, because its decimals are not known then. -#}
{%- macro amount_in(text, currency) -%}
if({{ currency }} = '', null, {{ json_integer(money(text, currency)) }})
{%- endmacro -%}

{#- One event: is there one, when, id, type, subject, JSON of its data. The data are the members between call and endcall:
    {% call event("o.closed_at != ''", "concat('order/', o.id, '/closed')", "order.closed", "concat('order/', o.id)", instant("o.closed_at")) %}
      ['"reason":' || {{ json_text("o.reason") }}]
    {% endcall %}
    (a type in parentheses is an expression) or, where they are worked out already, JSON text given as `data`. A list of these becomes `outcomes` by `event_texts`. -#}
{%- macro event(when, id, type, subject, at, data="") -%}
tuple(ifNull({{ when }}, 0) != 0, cast({{ at }} as Nullable(DateTime64(3, 'UTC'))), {{ id }}, {% if "(" in type %}{{ type }}{% else %}'{{ type }}'{% endif %}, {{ subject }}, {% if data %}{{ data }}{% else %}{{ json_object(caller()) }}{% endif %})
{%- endmacro -%}

{#- A column of events as CloudEvents texts: those that are there, each id once, in the order they happened.
    What an event lacks is left out of its text, for the contracts to complain of. -#}
{%- macro event_texts(events, source) -%}
arrayMap(e -> {% call json_object() %}['"specversion":"1.0"', '"id":' || toJSONString(e.3), '"source":' || toJSONString({{ source }}), '"type":' || toJSONString(e.4), '"subject":' || {{ json_text("e.5") }}, '"time":' || {{ json_instant("e.2") }}, '"data":' || e.6]{% endcall %},
    arraySort(e -> ifNull(e.2, toDateTime64(0, 3, 'UTC')), arrayFilter((e, nth) -> e.1 and nth = 1, {{ events }}, arrayEnumerateUniq(arrayMap(e -> (e.1, e.3), {{ events }})))))
{%- endmacro -%}

{#- A member of `json_object` whose value is text; left out where the text is empty. -#}
{%- macro member(name, text) -%}
'"{{ name }}":' || if({{ text }} = '', null, toJSONString({{ text }}))
{%- endmacro -%}

{#- The subject of an event whose order is known by something else, as JSON text. -#}
{%- macro lookup(kind, value) -%}
concat('"lookup/{{ kind }}/', substring(toJSONString({{ value }}), 2))
{%- endmacro -%}

{#- Text of an instant as RFC 3339 text, without a zone UTC; what cannot be read stays as it is, for the contract to refuse. -#}
{%- macro rfc3339(text) -%}
if(match({{ text }}, 'T.*([Zz]|[+-][0-9]{2}:[0-9]{2})$'), {{ text }}, ifNull(formatDateTime(parseDateTime64BestEffortOrNull(nullIf({{ text }}, ''), 3, 'UTC'), '%Y-%m-%dT%H:%i:%SZ'), {{ text }}))
{%- endmacro -%}

{#- Names as a list for `in`. -#}
{%- macro quoted(names) -%}
({%- for name in names -%}'{{ name }}'{%- if not loop.last %}, {% endif -%}{%- endfor -%})
{%- endmacro -%}

{#- Messages with their text (`body`), whether it is JSON (`is_json`) and of which type (`root`). -#}
{%- macro opened(messages) -%}
select
                *,
                if(startsWith(value, '\xEF\xBB\xBF'), substring(value, 4), value) as body,
                isValidUTF8(body) and isValidJSON(body) as is_json,
                if(is_json, toString(JSONType(body)), '') as root
              from {{ messages }}
{%- endmacro -%}

{#- Branches of a multiIf: why an opened message cannot be looked into at all. -#}
{%- macro unreadable() -%}
trimBoth(body) = '', 'empty: the message has no bytes',
      not is_json, concat('invalid_json: not JSON at all; it starts with: ', substringUTF8(toValidUTF8(body), 1, 60)),
      root not in ('Object', 'Array'), concat('not_object: expected a JSON object, found ', lower(root))
{%- endmacro -%}

{#- Why a row of a file could not be read as one (ragged, broken quotes, too long): it says so beside its bytes. Only there, as
    elsewhere the headers are the sender's. -#}
{%- macro unread() -%}
if(startsWith(topic, 'import/'), JSONExtractString(headers, 'problem'), '')
{%- endmacro -%}

{#- The `problem` of a mapping. A select around the mapping would be planned anew with all of it. -#}
{%- macro or_unread(problem) -%}
if({{ unread() }} != '', {{ unread() }}, {{ problem }})
{%- endmacro -%}

{#- The end of a long mapping: a filter over its result stays above it. Without this the planner works the filter down through
    every step, to look for a use of the primary key, and takes gigabytes to see that there is none. -#}
{%- macro sealed() -%}
limit 1000000000000
{%- endmacro -%}
