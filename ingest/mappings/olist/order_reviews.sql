{#- One record of the reviews file becomes one review. A review_id may stand for several orders, so both make the id. -#}
{%- set checks = [
  ["review_id = ''", missing('review_id')],
  ["order_id = ''", missing('order_id')],
  ["toUnixTimestamp64Milli(o.purchased_at) = 0", unknown_order('order_id')],
  ["not match(score_text, '^[0-9]$|^10$')", wrong('review_score', 'score_text', 'a score from 0 to 10')],
  [no_instant('created_text', 'created_at'), wrong('review_creation_date', 'created_text', 'a time')],
  [no_instant('answered_text', 'answered_at'), wrong('review_answer_timestamp', 'answered_text', 'a time')]
] -%}
{%- set mapped -%}
select r.*, o.purchased_at as purchased_at,
    {{ column('order_reviews', 'review_id') }} as review_id,
    {{ column('order_reviews', 'review_score') }} as score_text,
    {{ column('order_reviews', 'review_comment_title') }} as title,
    {{ column('order_reviews', 'review_comment_message') }} as comment,
    {{ column('order_reviews', 'review_creation_date') }} as created_text,
    {{ column('order_reviews', 'review_answer_timestamp') }} as answered_text,
    {{ instant('created_text') }} as created_at,
    {{ instant('answered_text') }} as answered_at,
    {{ verdict('order_reviews', checks) }}
  from (select *, {{ column('order_reviews', 'order_id') }} as order_id from ({{ records('order_reviews') }})) as r
  left any join ({{ known_orders() }}) as o on known_order_id = order_id
{%- endset -%}
insert into events (
  order_id, occurred_at, source, event_id, topic, partition, epoch, offset, ordinal, batch_id, event_type, landed_at, historic,
  review_id, score, message
)
{{ insert_settings() }}
select
  order_id, coalesce(answered_at, created_at, purchased_at), '/shop/olist/order_reviews', concat(review_id, '/', order_id),
  topic, partition, epoch, offset, 0, {batch_id:String}, 'review.submitted', landed_at, 1, review_id, toInt64(score_text),
  substringUTF8(arrayStringConcat(arrayFilter(part -> part != '', [title, comment]), '\n'), 1, 4096)
from ({{ mapped }})
where is_fine

-- next statement
{{ dead_letters(mapped) }}
