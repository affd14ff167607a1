{#- Shared by the mappings of this folder: how a landed CSV record is read, and what makes it a dead letter. -#}

{#- The fields of a record as text; an empty array where the quotes do not pair up or the bytes are not UTF-8. Nearly
    every record is cut at its commas; only those with a comma or a quote inside quotes take the slower way. -#}
{%- macro fields() -%}
multiIf(
      not isValidUTF8(value), [],
      match(value, '^(?:"[^",]*"|[^",]*)(?:,(?:"[^",]*"|[^",]*))*$'), splitByChar(',', replaceAll(value, '"', '')),
      match(value, '^(?:"(?:[^"]|"")*"|[^",][^,]*|)(?:,(?:"(?:[^"]|"")*"|[^",][^,]*|))*$'),
      arrayMap(
        field -> if(startsWith(field, '"'), replaceAll(substring(field, 2, length(field) - 2), '""', '"'), field),
        extractAll(concat(value, ','), '("(?:[^"]|"")*"|[^",][^,]*|),')
      ),
      []
    )
{%- endmacro -%}

{#- The landed records of one file; which content of the file is read and where its columns are come as parameters. -#}
{%- macro records(file) -%}
select topic, partition, epoch, offset, landed_at, format, key, value, {{ fields() }} as fields
    from raw_events
    where topic = {{ '{' }}{{ file }}__topic:String} and partition = 0 and epoch = {{ '{' }}{{ file }}__epoch:String} and format = 'olist.{{ file }}'
{%- endmacro -%}

{#- One field by the name of its column; the position comes from the file's own header. -#}
{%- macro column(file, name) -%}
fields[{{ '{' }}{{ file }}__{{ name }}:UInt16}]
{%- endmacro -%}

{#- The files carry local times without a zone: read as they stand, as if they were UTC. -#}
{%- macro instant(text) -%}
toDateTime64OrNull(nullIf({{ text }}, ''), 3, 'UTC')
{%- endmacro -%}

{#- True where a text is there but is no instant; writing it back catches a 31st of February. -#}
{%- macro no_instant(text, at) -%}
{{ text }} != '' and (length({{ text }}) not in (10, 19) or not startsWith(ifNull(toString({{ at }}), ''), {{ text }}))
{%- endmacro -%}

{#- Exact decimal text to minor units; null where it is not an amount of at most two decimals. -#}
{%- macro minor_units(text) -%}
if(match({{ text }}, '^-?[0-9]{1,15}([.][0-9]{1,2}0*)?$'), toInt64(toDecimal64OrZero({{ text }}, 2) * 100), null)
{%- endmacro -%}

{#- A check is a condition under which a record cannot be mapped, and the words for it: "reason: detail". -#}
{%- macro missing(name) -%}
'missing_attribute: column {{ name }} is empty'
{%- endmacro -%}

{%- macro wrong(name, text, expected) -%}
concat('wrong_type: column {{ name }} is not {{ expected }}: ', substringUTF8({{ text }}, 1, 80))
{%- endmacro -%}

{%- macro unknown_order(order_id) -%}
concat('missing_attribute: order_id is not in the orders file: ', substringUTF8({{ order_id }}, 1, 80))
{%- endmacro -%}

{#- Two columns: whether a record can be mapped, and for those that cannot, the first reason. The words are worked out
    only where they are asked for. -#}
{%- macro verdict(file, checks) -%}
length(fields) = {{ '{' }}{{ file }}__columns:UInt16}
      {%- for check in checks %}
      and not ({{ check[0] }})
      {%- endfor %} as is_fine,
    multiIf(
      not isValidUTF8(value), 'unreadable_record: the record is not UTF-8',
      empty(fields), 'unreadable_record: the quotes of the record do not pair up',
      length(fields) != {{ '{' }}{{ file }}__columns:UInt16},
      concat('unreadable_record: ', toString(length(fields)), ' fields where the header has ', toString({{ '{' }}{{ file }}__columns:UInt16})),
      {%- for check in checks %}
      {{ check[0] }}, {{ check[1] }},
      {%- endfor %}
      ''
    ) as problem
{%- endmacro -%}

{#- The orders whose own record became events, with the instants other files refer to. -#}
{%- macro known_orders() -%}
select order_id as known_order_id, maxIf(occurred_at, event_type = 'order.created') as purchased_at, maxIf(occurred_at, event_type = 'order.confirmed') as approved_at
    from events
    where source = '/shop/olist/orders' and event_type in ('order.created', 'order.confirmed')
    group by order_id
{%- endmacro -%}

{#- Rows of one key are merged by the engine in the background and by readers; merging them while they are written
    costs more than everything else here together. -#}
{%- macro insert_settings() -%}
settings optimize_on_insert = 0, max_insert_threads = 1
{%- endmacro -%}

{#- `mapped` is all records of a file with their verdict. -#}
{%- macro dead_letters(mapped) -%}
insert into dead_letters (topic, partition, epoch, offset, batch_id, format, reason, detail, key, value, landed_at)
{{ insert_settings() }}
select
  topic, partition, epoch, offset, {batch_id:String}, format,
  substring(problem, 1, position(problem, ': ') - 1), substring(problem, position(problem, ': ') + 2), key, value, landed_at
from (
  {{ mapped }}
)
where not is_fine
{%- endmacro -%}
