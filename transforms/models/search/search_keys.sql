{{ config(materialized='materialized_view', engine='ReplacingMergeTree', order_by='(word, rest, kind, order_id)', settings={'index_granularity': 512, 'merge_selector_base': 16, 'min_compress_block_size': 8192}) }}
-- What an order is known by, as a search compares it. A name stands in every rotation of its words, so that the key leads to
-- it from any of them, and whichever one was mistyped, the others do. A search looks at hundreds of keys that lie far apart,
-- so a block that must be unpacked for one of them is small.
with {{ search_words('value') }} as words
select key.1 as word, key.2 as rest, kind, order_id
from {{ source('orderlens', 'order_lookup') }}
array join if(
    kind = 'buyer_name',
    arrayMap(n -> (words[n], concat(arrayStringConcat(arraySlice(words, n + 1), ' '), '|', arrayStringConcat(arraySlice(words, 1, n - 1), ' '))), arrayEnumerate(words)),
    [({{ search_number('value') }}, '')]
) as key
where key.1 != ''
