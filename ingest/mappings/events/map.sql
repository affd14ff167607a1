{#- Rows that are canonical already: columns id, source, type, subject or order_id, time, the other attributes of an event, and
    its data as one column `data` (a JSON object, also as text), as columns `data.amount`, or simply as columns by the names of
    the fields. Empty cells are absent. What a column holds is checked by the contracts, like every event. -#}
{%- set attributes = "'specversion','id','source','type','subject','time','recordedtime','partitionkey','sequence','correlationid','causationid','authtype','authid','traceparent','dataschema','datacontenttype'" -%}
{#- Fields that are numbers in an event and text in a CSV file. -#}
{%- set integers = "'amount_payable','amount_items','amount_freight','amount_discount','amount','quantity','score'" -%}
{#- Text of a raw JSON value: without its quotes if it has any. -#}
{%- macro text_of(raw) -%}
if(startsWith({{ raw }}, '"'), JSONExtractString({{ raw }}), {{ raw }})
{%- endmacro -%}
{#- Members as JSON, with a comma before each. The lists are cut by kind first: a choice inside a list is worked out for all of it. -#}
{%- macro members(pairs) -%}
arrayStringConcat(arrayMap(m -> concat(',', toJSONString(m.1), ':', m.2), {{ pairs }}))
{%- endmacro -%}
{%- macro as_text(pairs) -%}
arrayMap(m -> (m.1, toJSONString(m.2)), {{ pairs }})
{%- endmacro -%}
{%- macro unquoted(pairs) -%}
arrayMap(m -> (m.1, {{ text_of("m.2") }}), {{ pairs }})
{%- endmacro -%}
select topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
  if(problem_ != '', emptyArrayString(), [concat('{', substring(concat(
    -- Attributes are text; a number or a truth value in such a column is its text.
    {{ members("arrayFilter(m -> startsWith(m.2, '\"'), attributes_)") }},
    {{ members(as_text("arrayFilter(m -> not startsWith(m.2, '\"'), attributes_)")) }},
    if(arrayExists(m -> m.1 = 'specversion', attributes_), '', ',"specversion":"1.0"'),
    if(order_ = '' or arrayExists(m -> m.1 = 'subject', attributes_), '', concat(',"subject":', toJSONString(concat('order/', order_))))
  ), 2), ',"data":{', substring(concat(
    {{ members("JSONExtractKeysAndValuesRaw(whole_data_)") }},
    {{ members("numbers_") }},
    {{ members("lines_") }},
    {{ members("arrayFilter(m -> match(m.2, '^[\"\\\\[{]'), others_)") }},
    {{ members(as_text("arrayFilter(m -> not match(m.2, '^[\"\\\\[{]'), others_)")) }}
  ), 2), '}}')]) as outcomes,
  '' as concerns,
  problem_ as problem
from (
  select *,
    arrayMap(m -> (m.1, if(match(m.2, '^-?[0-9]{1,18}$'), m.2, toJSONString(m.2))), {{ unquoted("arrayFilter(m -> m.1 in (" ~ integers ~ "), fields_)") }}) as numbers_,
    {{ unquoted("arrayFilter(m -> m.1 = 'lines', fields_)") }} as lines_,
    arrayFilter(m -> m.1 not in ({{ integers }}, 'lines'), fields_) as others_,
    multiIf(
      unread_ != '', unread_,
      not isValidJSON(value), concat('invalid_json: not JSON at all; it starts with: ', substringUTF8(toValidUTF8(value), 1, 60)),
      JSONType(value) != 'Object', concat('not_object: expected a row with names, found ', lower(toString(JSONType(value)))),
      whole_data_ != '' and JSONType(whole_data_) != 'Object', concat('wrong_type: data: expected a JSON object, found ', substringUTF8(whole_data_, 1, 60)),
      arrayExists(m -> not isValidJSON(m.2), lines_), 'wrong_type: lines: expected a JSON array of lines',
      '') as problem_
  from (
    select *,
      {{ unread() }} as unread_,
      arrayFilter(m -> m.2 not in ('null', '""'), JSONExtractKeysAndValuesRaw(value)) as members_,
      arrayFilter(m -> m.1 in ({{ attributes }}), members_) as attributes_,
      {{ text_of("arrayFirst(m -> m.1 = 'order_id', members_).2") }} as order_,
      {{ text_of("arrayFirst(m -> m.1 = 'data', members_).2") }} as whole_data_,
      arrayMap(m -> (if(startsWith(m.1, 'data.'), substring(m.1, 6), m.1), m.2), arrayFilter(m -> m.1 not in ({{ attributes }}, 'data', 'order_id'), members_)) as fields_
    from {{ messages }}
  )
)
