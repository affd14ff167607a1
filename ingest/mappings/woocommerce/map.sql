{#- WooCommerce: webhook bodies (bare objects, named by x-wc-webhook-topic) and answers of its REST API, versions 1 to 3.
    README.md of this folder says which shapes are known and what becomes of them.

    What is read of each object. Everything as text: a number, null and an absent member arrive as text too ('' for none). -#}
{%- set links_type -%}
Tuple(self Array(Tuple(href String)), up Array(Tuple(href String)))
{%- endset -%}
{%- set address_type -%}
Tuple(first_name String, last_name String, company String, email String, phone String, country String, state String)
{%- endset -%}
{%- set line_type -%}
Tuple(id String, sku String, name String, quantity String, price String, subtotal String, total String)
{%- endset -%}
{%- set order_type -%}
Tuple(id String, number String, order_number String, status String, currency String, date_created String, date_created_gmt String, created_at String, date_modified String, date_modified_gmt String, updated_at String, date_paid String, date_paid_gmt String, date_completed String, date_completed_gmt String, completed_at String, total String, discount_total String, total_discount String, shipping_total String, total_shipping String, customer_id String, transaction_id String, payment_method String, payment_details Tuple(method_id String, paid String), billing {{ address_type }}, billing_address {{ address_type }}, shipping {{ address_type }}, shipping_address {{ address_type }}, line_items Array({{ line_type }}), refunds Array(Tuple(id String, reason String, total String, refund String)), meta_data Array(Tuple(key String, value String)))
{%- endset -%}
{%- set refund_type -%}
Tuple(id String, parent_id String, order_id String, date_created String, date_created_gmt String, amount String, currency String, reason String, _links {{ links_type }})
{%- endset -%}
{%- set tracking_type -%}
Tuple(tracking_id String, tracking_provider String, custom_tracking_provider String, tracking_number String, date_shipped String, _links {{ links_type }})
{%- endset -%}
{%- set labels_type -%}
Tuple(orderId String, order_id String, formData Tuple(order_id String), labelsData Array(Tuple(label_id String, tracking String, carrier_id String, created String, created_date String, status String)))
{%- endset -%}

{#- The objects of a kind that the message is about. -#}
{%- macro of_kind(name, type) -%}
arrayMap(i -> JSONExtract(i, '{{ type }}'), if(kind = '{{ name }}', items, []))
{%- endmacro -%}

{%- macro region_of(address) -%}
arrayStringConcat(arrayFilter(t -> t != '', [{{ address }}.country, if({{ address }}.country = '', '', {{ address }}.state)]), '-')
{%- endmacro -%}
{%- macro name_of(address) -%}
trimBoth(concat({{ address }}.first_name, ' ', {{ address }}.last_name))
{%- endmacro -%}

{#- The order that a thing of an order hangs from, as its links say. -#}
{%- macro linked_order(links) -%}
extract(concat({{ links }}.up[1].href, ' ', {{ links }}.self[1].href), '/orders?/([0-9]+)')
{%- endmacro -%}

{#- Parts of an order `o` and of its line `l`: what a line comes to before discounts, so that the lines add up to amount_items. The members ending in _gmt are UTC; the others are the shop's own clock, read as UTC
    where nothing better is told. -#}
{%- set created_at = instant(first_of(["o.date_created_gmt", "o.created_at", "o.date_created"])) -%}
{%- set modified_at = instant(first_of(["o.date_modified_gmt", "o.updated_at", "o.date_modified"])) -%}
{%- set paid_on = first_of(["o.date_paid_gmt", "o.date_paid", "if(o.payment_details.paid = 'true', o.updated_at, '')"]) -%}
{%- set completed_on = first_of(["o.date_completed_gmt", "o.completed_at", "o.date_completed"]) -%}
{%- set is_paid = instant(paid_on) ~ " is not null" -%}
{%- set status = "if(startsWith(o.status, 'wc-'), substring(o.status, 4), o.status)" -%}
{%- set method = first_of(["o.payment_method", "o.payment_details.method_id"]) -%}
{%- set payment_id = first_of(["o.transaction_id", "o.id"]) -%}
{#- The two methods for which the shop itself waits, with the order on hold, until somebody has seen the money. -#}
{%- set is_offline = method ~ " in ('bacs', 'cheque')" -%}
{%- set line -%}
['"line_id":' || toJSONString(l.id), '"sku":' || toJSONString(l.sku), '"name":' || toJSONString(l.name), '"quantity":' || {{ json_integer(whole("l.quantity")) }},
 '"unit_price":' || if(l.subtotal = l.total, {{ json_integer(money("l.price", "o.currency")) }}, null), '"amount":' || {{ json_integer("ifNull(" ~ money(first_of(["l.subtotal", "l.total"]), "o.currency") ~ ", 0)") }}]
{%- endset -%}

{%- set refund_order = first_of([linked_order("r._links"), "if(r.parent_id = '0', '', r.parent_id)", "r.order_id"]) -%}

with read as (
    select *,
        trimBoth(if(startsWith(value, unhex('EFBBBF')), substring(value, 4), value)) as text_,
        lower(JSONExtractString(headers, 'x-wc-webhook-topic')) as told_topic,
        JSONExtractString(headers, 'x-wc-webhook-source') as told_source
    from {{ messages }}
),

unwrapped as (
    select *,
        isValidJSON(text_) as is_json,
        JSONExtractKeys(text_) as keys,
        -- Answers of the API come wrapped in `data` (by tunnels) or in their name (by its first versions); errors have `data` too.
        if(hasAny(keys, ['id', 'code', 'error']), '', arrayFirst(k -> k in ('data', 'order', 'orders', 'order_refund', 'order_refunds'), keys)) as wrapper
    from read
),

opened as (
    select *,
        if(wrapper = '', text_, JSONExtractRaw(text_, wrapper)) as body
    from unwrapped
),

listed as (
    select *,
        toString(JSONType(body)) as body_type,
        multiIf(startsWith(body, '['), JSONExtractArrayRaw(body), startsWith(body, '{'), [body], []) as items
    from opened
),

sorted as (
    select *,
        JSONExtractKeys(items[1]) as members,
        splitByChar('.', told_topic)[1] as resource,
        replaceRegexpOne(replaceRegexpOne(if(told_source = '', JSONExtractString(items[1], '_links', 'self', 1, 'href'), told_source), '^https?://', ''), '(/wp-json/.*|/+)$', '') as shop
    from listed
),

named as (
    select *,
        concat('/shop/woocommerce', if(shop = '', '', '/'), shop) as event_source,
        multiIf(
            match(text_, '^webhook_id=[0-9]+$'), 'ping',
            resource = 'action' or hasAll(members, ['action', 'arg']), 'action',
            told_topic = 'order.deleted', 'deletion',
            -- Other topics tell other things, whatever they look like.
            told_topic != '' and resource != 'order', if(match(resource, '^(order|refund|shipment|payment|fulfillment)'), '', told_topic),
            hasAny(members, ['billing_period', 'billing_interval']), 'subscription',
            hasAny(members, ['refunded_by', 'refunded_payment']), 'refund',
            hasAny(members, ['tracking_number', 'tracking_provider']), 'tracking',
            has(members, 'labelsData'), 'labels',
            hasAny(members, ['order_key', 'line_items', 'date_paid_gmt', 'payment_details']), 'order',
            has(members, 'status') and has(members, 'total'), 'order',
            has(members, 'note') and has(members, 'customer_note'), 'order_note',
            has(members, 'slug') and has(members, 'name') and has(members, 'total'), 'order_statuses',
            has(members, 'message') and hasAny(members, ['error', 'code']), 'error_response',
            hasAny(members, ['regular_price', 'catalog_visibility']), 'product',
            hasAny(members, ['is_paying_customer', 'avatar_url']), 'customer',
            has(members, 'discount_type'), 'coupon',
            ''
        ) as kind
    from sorted
),

parsed as (
    select *,
        {{ of_kind('order', order_type) }} as told_orders,
        -- A draft is a form somebody has open, or a cart on its way through the checkout.
        arrayFilter(o -> {{ status }} not in ('draft', 'auto-draft', 'checkout-draft'), told_orders) as orders,
        {{ of_kind('refund', refund_type) }} as refunds,
        {{ of_kind('labels', labels_type) }} as labels,
        -- As (order, tracking): alone, or among what a plugin keeps with the order.
        arrayConcat(
            arrayMap(t -> ({{ linked_order("t._links") }}, t), {{ of_kind('tracking', tracking_type) }}),
            arrayFlatten(arrayMap(o -> arrayMap(
                t -> (o.id, t),
                JSONExtract(arrayFirst(m -> m.key = '_wc_shipment_tracking_items', o.meta_data).value, 'Array({{ tracking_type }})')
            ), orders))
        ) as trackings,
        arrayMap(o -> {% call json_object() %}[
            '"order_no":' || {{ json_text(first_of(["o.number", "o.order_number"])) }},
            '"channel":' || '"woocommerce"',
            '"shop_id":' || {{ json_text("shop") }},
            '"buyer_id":' || toJSONString(if(o.customer_id not in ('', '0'), o.customer_id, {{ guest(first_of(["o.billing.email", "o.billing_address.email", "o.billing.phone", "o.billing_address.phone"])) }})),
            '"buyer_name":' || {{ json_text(first_of([name_of("o.billing"), name_of("o.billing_address"), name_of("o.shipping"), name_of("o.shipping_address"), "o.billing.company"])) }},
            '"buyer_phone_tail":' || {{ json_text(phone_tail(first_of(["o.billing.phone", "o.billing_address.phone", "o.shipping.phone"]))) }},
            '"region":' || {{ json_text(first_of([region_of("o.shipping"), region_of("o.shipping_address"), region_of("o.billing"), region_of("o.billing_address")])) }},
            '"currency":' || {{ json_text("upper(o.currency)") }},
            '"amount_payable":' || {{ amount_in("o.total", "o.currency") }},
            '"amount_items":' || {{ json_integer("arraySum(arrayMap(l -> ifNull(" ~ money("l.subtotal", "o.currency") ~ ", 0), o.line_items))") }},
            '"amount_freight":' || {{ amount_in(first_of(["o.shipping_total", "o.total_shipping"]), "o.currency") }},
            '"amount_discount":' || {{ amount_in(first_of(["o.discount_total", "o.total_discount"]), "o.currency") }},
            '"source_status":' || {{ json_text(status) }},
            '"lines":' || if(o.currency = '', null, concat('[', arrayStringConcat(arrayMap(l -> {{ json_object(line) }}, arraySlice(arrayFilter(l -> l.id != '', o.line_items), 1, 500)), ','), ']'))
        ]{% endcall %}, orders) as terms,
        -- A hook tells no more than its name and the order's number.
        if(kind = 'action', extract(JSONExtractString(body, 'action'), '^woocommerce_order_status_([a-z-]+)$'), '') as hook_status
    from named
),

told as (
    -- Only what is needed further on: every column of these types costs the planner time at every step.
    select
        topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
        text_, is_json, body, body_type, items, members, kind, told_topic, event_source,
        notEmpty(refunds) and arrayAll(r -> r.currency = '' and not match(r.amount, '[.][0-9]{2,3}$'), refunds) as lacks_currency,
        arrayConcat(
        arrayFlatten(arrayMap((o, term) -> [
            {{ event("1", "concat('order/', o.id, '/created')", "order.created", "concat('order/', o.id)", created_at, data="term") }},
            {{ event(modified_at ~ " > " ~ created_at, "concat('order/', o.id, '/updated/', " ~ first_of(["o.date_modified_gmt", "o.updated_at", "o.date_modified"]) ~ ")", "order.updated", "concat('order/', o.id)", modified_at, data="term") }},
            {% call event(is_paid, "concat('order/', o.id, '/paid')", "payment.succeeded", "concat('order/', o.id)", instant(paid_on)) %}
                ['"payment_id":' || toJSONString({{ payment_id }}), '"amount":' || {{ amount_in("o.total", "o.currency") }}, '"currency":' || {{ json_text("upper(o.currency)") }}, '"method":' || {{ json_text(method) }}, '"provider":' || {{ json_text(method) }}]
            {% endcall %},
            {% call event(status ~ " = 'failed'", "concat('order/', o.id, '/failed/', " ~ first_of(["o.date_modified_gmt", "o.updated_at", "o.date_modified"]) ~ ")", "payment.failed", "concat('order/', o.id)", modified_at) %}
                ['"payment_id":' || toJSONString({{ payment_id }}), '"amount":' || {{ amount_in("o.total", "o.currency") }}, '"currency":' || {{ json_text("upper(o.currency)") }}, '"method":' || {{ json_text(method) }}, '"provider":' || {{ json_text(method) }}]
            {% endcall %},
            {% call event(status ~ " = 'on-hold' and " ~ is_offline, "concat('order/', o.id, '/on-hold')", "order.held", "concat('order/', o.id)", "coalesce(" ~ modified_at ~ ", " ~ created_at ~ ")") %}
                ['"hold_reason":' || '"awaiting_payment"', '"source_status":' || toJSONString({{ status }})]
            {% endcall %},
            {% call event(status ~ " != 'on-hold' and " ~ is_offline ~ " and " ~ is_paid, "concat('order/', o.id, '/hold_released')", "order.hold_released", "concat('order/', o.id)", instant(paid_on)) %}
                ['"source_status":' || toJSONString({{ status }})]
            {% endcall %},
            {% call event(status ~ " = 'cancelled'", "concat('order/', o.id, '/canceled')", "order.canceled", "concat('order/', o.id)", "coalesce(" ~ modified_at ~ ", " ~ created_at ~ ")") %}
                ['"source_status":' || toJSONString({{ status }})]
            {% endcall %},
            {% call event(status ~ " = 'trash'", "concat('order/', o.id, '/deleted')", "order.closed", "concat('order/', o.id)", "coalesce(" ~ modified_at ~ ", " ~ created_at ~ ")") %}
                ['"reason":' || '"deleted"', '"source_status":' || toJSONString({{ status }})]
            {% endcall %},
            {% call event(status ~ " = 'completed' or " ~ instant(completed_on) ~ " is not null", "concat('order/', o.id, '/completed')", "order.completed", "concat('order/', o.id)", "coalesce(" ~ instant(completed_on) ~ ", " ~ modified_at ~ ")") %}
                ['"source_status":' || {{ json_text(status) }}]
            {% endcall %}
        ], orders, terms)),
        -- The shop writes a refund down when the money is on its way; one gateway or another has agreed by then.
        arrayFlatten(arrayMap(o -> arrayFlatten(arrayMap(r -> [
            {% for type in ['created', 'succeeded'] %}
            {% call event("1", "concat('refund/', r.id, '/" ~ type ~ "')", "refund." ~ type, "concat('order/', o.id)", "coalesce(" ~ modified_at ~ ", " ~ created_at ~ ")") %}
                ['"refund_id":' || toJSONString(r.id), '"payment_id":' || toJSONString({{ payment_id }}), '"amount":' || {{ amount_in("replaceOne(" ~ first_of(["r.total", "r.refund"]) ~ ", '-', '')", "o.currency") }}, '"currency":' || {{ json_text("upper(o.currency)") }}, '"reason":' || {{ json_text("r.reason") }}]
            {% endcall %}{% if not loop.last %},{% endif %}
            {% endfor %}
        ], o.refunds)), orders)),
        -- A refund that comes alone does not say its currency. Written with decimals it shows how many there are.
        arrayFlatten(arrayMap(r -> [
            {% for type in ['created', 'succeeded'] %}
            {% call event("1", "concat('refund/', r.id, '/" ~ type ~ "')", "refund." ~ type, "if(" ~ refund_order ~ " = '', concat('lookup/refund/', r.id), concat('order/', " ~ refund_order ~ "))", instant(first_of(["r.date_created_gmt", "r.date_created"]))) %}
                ['"refund_id":' || toJSONString(r.id), '"amount":' || if(r.currency != '', {{ json_integer(money("r.amount", "r.currency")) }}, if(match(r.amount, '^-?[0-9]+[.][0-9]{2,3}$'), toString(toInt64OrZero(replaceRegexpAll(r.amount, '[-.]', ''))), null)), '"currency":' || {{ json_text("upper(r.currency)") }}, '"reason":' || {{ json_text("r.reason") }}]
            {% endcall %}{% if not loop.last %},{% endif %}
            {% endfor %}
        ], refunds)),
        -- Who leaves the day of shipping empty says that it is shipped by now. A parcel is called after its tracking number, by which carriers and labels know it too.
        arrayMap(x -> {% call event("x.2.tracking_number || x.2.tracking_id != ''", "concat('tracking/', " ~ first_of(["x.2.tracking_id", "x.2.tracking_number"]) ~ ")", "shipment.handed_over", "if(x.1 = '', concat('lookup/tracking/', x.2.tracking_number), concat('order/', x.1))", "coalesce(" ~ instant("x.2.date_shipped") ~ ", landed_at)") %}
            ['"shipment_id":' || toJSONString({{ first_of(["x.2.tracking_number", "x.2.tracking_id"]) }}), '"carrier_code":' || {{ json_text(first_of(["x.2.tracking_provider", "x.2.custom_tracking_provider"])) }}, '"tracking_no":' || {{ json_text("x.2.tracking_number") }}]
        {% endcall %}, trackings),
        arrayFlatten(arrayMap(b -> arrayMap(l -> {% call event("l.tracking != '' and l.status != 'PURCHASE_ERROR'", "concat('label/', l.label_id)", "fulfillment.label_created", "concat('order/', " ~ first_of(["b.orderId", "b.order_id", "b.formData.order_id"]) ~ ")", instant(first_of(["l.created_date", "l.created"]))) %}
            ['"shipment_id":' || toJSONString(l.tracking), '"carrier_code":' || {{ json_text("l.carrier_id") }}, '"tracking_no":' || {{ json_text("l.tracking") }}]
        {% endcall %}, b.labelsData), labels)),
        arrayMap(i -> {% call event("1", "concat('order/', JSONExtract(i, 'id', 'String'), '/deleted')", "order.closed", "concat('order/', JSONExtract(i, 'id', 'String'))", "landed_at") %}
            ['"reason":' || '"deleted"']
        {% endcall %}, if(kind = 'deletion', items, [])),
        arrayMap(i -> {% call event("hook_status != '' and hook_status != 'changed'", "concat('order/', JSONExtract(i, 'arg', 'String'), '/', transform(hook_status, ['cancelled'], ['canceled'], hook_status))", "(transform(hook_status, ['cancelled', 'completed'], ['order.canceled', 'order.completed'], 'order.updated'))", "concat('order/', JSONExtract(i, 'arg', 'String'))", "landed_at") %}
            ['"source_status":' || toJSONString(hook_status)]
        {% endcall %}, if(kind = 'action', items, []))
        ) as all_events
    from parsed
),

judged as (
    select *,
        {{ event_texts("all_events", "event_source") }} as outcomes,
        multiIf(
            text_ = '', 'empty: the message has no bytes',
            kind = 'ping', 'nothing',
            not is_json, 'invalid_json: expected the JSON of a WooCommerce webhook, found other text or a number beyond 64 bits',
            body_type not in ('Object', 'Array'), concat('not_object: expected a JSON object or array, found ', body_type),
            lacks_currency, 'missing_attribute: expected refund.currency; an amount without decimals cannot be read without it',
            arrayExists(e -> e.1, all_events), '',
            empty(items), 'nothing',
            kind = 'error_response' and told_topic != '', concat('unreadable_record: the shop sent an error instead of the object: ', JSONExtractString(body, 'message')),
            kind = 'action', if(match(body, '"action" *: *"[^"]*(order|payment|refund|checkout)'), concat('unknown_event_type: no mapping for the hook ', JSONExtractString(body, 'action')), 'nothing'),
            kind = '', concat('unknown_event_type: no mapping for the topic "', told_topic, '" with members ', arrayStringConcat(arraySlice(members, 1, 8), ', ')),
            'nothing'
        ) as verdict
    from told
)

select
    topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
    outcomes,
    if(verdict != 'nothing', '', multiIf(
        kind = 'ping', kind,
        empty(items), 'empty_list',
        kind = 'order', 'draft_order',
        kind = 'action', JSONExtractString(body, 'action'),
        kind
    )) as concerns,
    {{ or_unread("if(verdict = 'nothing', '', verdict)") }} as problem
from judged
{{ sealed() }}
