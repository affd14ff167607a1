{#- Shopify: webhook bodies (bare objects, named by x-shopify-topic) and answers of its Admin API (wrapped in their name).
    README.md of this folder says which shapes are known and what becomes of them.

    What is read of each object. Everything as text: a number, null and an absent member arrive as text too ('' for none). -#}
{%- set transaction_type = "Tuple(id String, order_id String, kind String, status String, gateway String, amount String, currency String, created_at String, processed_at String, error_code String, message String)" -%}
{%- set refund_type -%}
Tuple(id String, order_id String, created_at String, processed_at String, note String, transactions Array({{ transaction_type }}))
{%- endset -%}
{%- set fulfillment_type = "Tuple(id String, order_id String, status String, created_at String, updated_at String, shipment_status String, location_id String, tracking_company String, tracking_number String, tracking_numbers Array(String))" -%}
{%- set scan_type = "Tuple(id String, order_id String, fulfillment_id String, status String, message String, happened_at String, created_at String, city String, province String, country String, estimated_delivery_at String)" -%}
{%- set dispute_type = "Tuple(id String, order_id String, amount String, currency String, reason String, status String, evidence_due_by String, evidence_sent_on String, finalized_on String, initiated_at String)" -%}
{%- set return_type = "Tuple(id String, status String, order_id String, order Tuple(id String), decline Tuple(reason String, note String), return_line_items Array(Tuple(return_reason String)))" -%}
{%- set edit_type = "Tuple(id String, order_id String, created_at String, committed_at String)" -%}
{%- set address_type = "Tuple(name String, phone String, country_code String, province_code String)" -%}
{%- set line_type = "Tuple(id String, sku String, name String, title String, quantity String, price String)" -%}
{%- set order_type -%}
Tuple(id String, name String, order_number String, created_at String, processed_at String, updated_at String, cancelled_at String, cancel_reason String, closed_at String, currency String, financial_status String, fulfillment_status String, gateway String, payment_gateway_names Array(String), total_price String, total_outstanding String, total_line_items_price String, total_discounts String, total_shipping_price_set Tuple(shop_money Tuple(amount String)), shipping_lines Array(Tuple(price String)), email String, contact_email String, phone String, customer Tuple(id String, email String, first_name String, last_name String, phone String), shipping_address {{ address_type }}, billing_address {{ address_type }}, payment_terms Tuple(payment_schedules Array(Tuple(due_at String))), line_items Array({{ line_type }}), fulfillments Array({{ fulfillment_type }}), refunds Array({{ refund_type }}), transactions Array({{ transaction_type }}))
{%- endset -%}

{#- The objects of a kind that the message is about. -#}
{%- macro of_kind(name, type) -%}
arrayMap(i -> JSONExtract(i, '{{ type }}'), if(kind = '{{ name }}', items, []))
{%- endmacro -%}

{%- macro region_of(address) -%}
arrayStringConcat(arrayFilter(t -> t != '', [{{ address }}.country_code, {{ address }}.province_code]), '-')
{%- endmacro -%}

{#- What a fulfilment's shipment_status and a fulfilment event's status say, in our words. -#}
{%- macro shipment_status(status) -%}
transform({{ status }}, ['label_purchased', 'label_printed', 'confirmed', 'carrier_picked_up', 'in_transit', 'delayed', 'out_for_delivery', 'attempted_delivery', 'ready_for_pickup', 'delivered', 'failure'], ['pre_transit', 'pre_transit', 'pre_transit', 'picked_up', 'in_transit', 'in_transit', 'out_for_delivery', 'attempt_failed', 'available_for_pickup', 'delivered', 'failure'], 'unknown')
{%- endmacro -%}

{%- set known = "'order', 'orders', 'order_edit', 'fulfillment', 'fulfillments', 'fulfillment_event', 'fulfillment_events', 'refund', 'refunds', 'transaction', 'transactions', 'dispute', 'disputes', 'return', 'checkout', 'checkouts', 'draft_order', 'draft_orders', 'risk', 'risks', 'tender_transaction', 'tender_transactions', 'product', 'products', 'customer', 'customers', 'fulfillment_order', 'fulfillment_orders'" -%}

{#- Parts of an order `o` and of its line `l`. -#}
{%- set freight -%}
if(o.total_shipping_price_set.shop_money.amount != '', {{ money("o.total_shipping_price_set.shop_money.amount", "o.currency") }}, arraySum(arrayMap(s -> ifNull({{ money("s.price", "o.currency") }}, 0), o.shipping_lines)))
{%- endset -%}
{%- set status -%}
arrayStringConcat(arrayFilter(t -> t != '', [if(o.cancelled_at = '', '', 'cancelled'), o.financial_status, o.fulfillment_status]), '/')
{%- endset -%}
{%- set line -%}
['"line_id":' || toJSONString(l.id), '"sku":' || toJSONString(l.sku), '"name":' || toJSONString(if(l.name = '', l.title, l.name)),
 '"quantity":' || {{ json_integer(whole("l.quantity")) }}, '"unit_price":' || {{ json_integer(money("l.price", "o.currency")) }},
 '"amount":' || {{ json_integer("ifNull(" ~ money("l.price", "o.currency") ~ ", 0) * " ~ whole("l.quantity")) }}]
{%- endset -%}
{%- set paid -%}
if(o.financial_status = 'partially_paid', {{ money("o.total_price", "o.currency") }} - {{ money("o.total_outstanding", "o.currency") }}, {{ money("o.total_price", "o.currency") }})
{%- endset -%}
{%- set method -%}
if(empty(o.payment_gateway_names), o.gateway, arrayStringConcat(o.payment_gateway_names, '+'))
{%- endset -%}

{#- Parts of a fulfilment `x` = (order, fulfilment) and of a fulfilment event `s`. A parcel is called after its fulfilment:
    fulfilment events know no other name for it. -#}
{%- set tracking_no -%}
{{ first_of(["x.2.tracking_number", "x.2.tracking_numbers[1]"]) }}
{%- endset -%}
{%- set is_labelled -%}
((x.2.status in ('pending', 'open') and {{ tracking_no }} != '') or (x.2.status in ('success', '') and x.2.shipment_status in ('label_purchased', 'label_printed', 'confirmed')))
{%- endset -%}
{%- set parcel -%}
'"shipment_id":' || toJSONString(x.2.id), '"fulfillment_id":' || toJSONString(x.2.id), '"warehouse_id":' || {{ json_text("x.2.location_id") }}, '"carrier_code":' || {{ json_text("x.2.tracking_company") }}, '"tracking_no":' || {{ json_text(tracking_no) }}
{%- endset -%}
{%- set scan -%}
'"shipment_id":' || toJSONString(s.fulfillment_id), '"status":' || toJSONString({{ shipment_status("s.status") }}), '"raw_status":' || {{ json_text("s.status") }}, '"location":' || {{ json_text("arrayStringConcat(arrayFilter(t -> t != '', [s.city, s.province, s.country]), ', ')") }}, '"message":' || {{ json_text("s.message") }}
{%- endset -%}
{%- set scanned_at -%}
coalesce({{ instant("s.happened_at") }}, {{ instant("s.created_at") }})
{%- endset -%}

{#- What a transaction `x` = (order, currency, transaction) tells of the payment; '' where it tells of none. -#}
{%- set payment_event -%}
multiIf(
    x.3.kind not in ('authorization', 'emv_authorization', 'sale', 'capture', 'void'), '',
    x.3.status = 'success', transform(x.3.kind, ['sale', 'capture', 'void'], ['payment.succeeded', 'payment.captured', 'payment.voided'], 'payment.authorized'),
    x.3.kind = 'void', '',
    x.3.status in ('failure', 'error'), 'payment.failed',
    'payment.processing')
{%- endset -%}

{#- A header, or what Amazon EventBridge has kept of it. -#}
{%- macro told(header, kept) -%}
{{ first_of(["JSONExtractString(headers, '" ~ header ~ "')", "JSONExtractString(text_, 'detail', 'metadata', '" ~ kept ~ "')", "JSONExtractString(text_, 'detail', '" ~ kept ~ "')"]) }}
{%- endmacro -%}

with read as (
    select *,
        if(startsWith(value, unhex('EFBBBF')), substring(value, 4), value) as text_,
        {{ instant("JSONExtractString(headers, 'x-shopify-triggered-at')") }} as triggered_at
    from {{ messages }}
),

unwrapped as (
    select *,
        isValidJSON(text_) as is_json,
        multiIf(
            JSONHas(text_, 'detail', 'payload'), JSONExtractRaw(text_, 'detail', 'payload'),
            JSONLength(text_) = 1 and JSONHas(text_, 'data'), JSONExtractRaw(text_, 'data'),
            text_
        ) as body,
        lower({{ told("x-shopify-topic", "X-Shopify-Topic") }}) as told_topic,
        lower({{ told("x-shopify-shop-domain", "X-Shopify-Shop-Domain") }}) as shop
    from read
),

opened as (
    select *,
        toString(JSONType(body)) as body_type,
        concat('/shop/shopify', if(shop = '', '', '/'), shop) as event_source,
        splitByChar('/', told_topic)[1] as resource,
        JSONExtractKeys(body) as keys,
        -- An answer of the API is wrapped in its name; a webhook's object stands bare and has an id.
        if(has(keys, 'id'), '', arrayFirst(k -> k in ({{ known }}), keys)) as wrapper
    from unwrapped
),

listed as (
    select *,
        if(wrapper = '', body, JSONExtractRaw(body, wrapper)) as inner,
        multiIf(startsWith(inner, '['), JSONExtractArrayRaw(inner), startsWith(inner, '{'), [inner], []) as items,
        JSONExtractKeys(items[1]) as members
    from opened
),

named as (
    select *,
        multiIf(
            told_topic in ('orders/delete', 'orders/edited') or startsWith(told_topic, 'returns/'), told_topic,
            wrapper = 'order_edit', 'orders/edited',
            -- Some topics of orders tell something else than the order itself.
            resource = 'orders', if(hasAny(members, ['line_items', 'financial_status', 'total_price', 'order_number']), 'order', ''),
            resource in ('refunds', 'fulfillments', 'fulfillment_events', 'disputes'), substring(resource, 1, length(resource) - 1),
            resource = 'order_transactions', 'transaction',
            told_topic != '', '',
            wrapper != '', transform(wrapper, ['orders', 'fulfillments', 'fulfillment_events', 'refunds', 'transactions', 'disputes', 'checkouts', 'draft_orders', 'risks', 'tender_transactions', 'products', 'customers', 'fulfillment_orders'], ['order', 'fulfillment', 'fulfillment_event', 'refund', 'transaction', 'dispute', 'checkout', 'draft_order', 'risk', 'tender_transaction', 'product', 'customer', 'fulfillment_order'], wrapper),
            has(members, 'refund_line_items'), 'refund',
            hasAny(members, ['evidence_due_by', 'network_reason_code']), 'dispute',
            has(members, 'fulfillment_id') and hasAny(members, ['happened_at', 'estimated_delivery_at']), 'fulfillment_event',
            hasAny(members, ['tracking_numbers', 'tracking_company', 'shipment_status']), 'fulfillment',
            has(members, 'remote_reference'), 'tender_transaction',
            has(members, 'kind') and hasAny(members, ['order_id', 'gateway']), 'transaction',
            has(members, 'return_line_items'), 'returns/request',
            has(members, 'committed_at') and has(members, 'order_id'), 'orders/edited',
            hasAny(members, ['invoice_sent_at', 'invoice_url']), 'draft_order',
            hasAny(members, ['financial_status', 'order_number', 'order_status_url']), 'order',
            hasAny(members, ['abandoned_checkout_url', 'completed_at']), 'checkout',
            has(members, 'line_items') and hasAny(members, ['total_price', 'name']), 'order',
            has(members, 'recommendation') and has(members, 'order_id'), 'risk',
            has(members, 'variants'), 'product',
            hasAny(members, ['orders_count', 'accepts_marketing', 'email_marketing_consent', 'multipass_identifier']), 'customer',
            ''
        ) as kind
    from listed
),

parsed as (
    select *,
        {{ of_kind('order', order_type) }} as orders,
        {{ of_kind('dispute', dispute_type) }} as disputes,
        {{ of_kind('fulfillment_event', scan_type) }} as scans,
        arrayMap(i -> JSONExtract(i, '{{ return_type }}'), if(startsWith(kind, 'returns/'), items, [])) as returns,
        {{ of_kind('orders/edited', edit_type) }} as edits,
        -- What may also stand inside an order, as (order, currency, object).
        arrayConcat(
            arrayMap(f -> (f.order_id, f), {{ of_kind('fulfillment', fulfillment_type) }}),
            arrayFlatten(arrayMap(o -> arrayMap(f -> (o.id, f), o.fulfillments), orders))
        ) as fulfillments,
        arrayConcat(
            arrayMap(r -> (r.order_id, '', r), {{ of_kind('refund', refund_type) }}),
            arrayFlatten(arrayMap(o -> arrayMap(r -> (o.id, o.currency, r), o.refunds), orders))
        ) as refunds,
        arrayConcat(
            arrayMap(t -> (t.order_id, t.currency, t), {{ of_kind('transaction', transaction_type) }}),
            arrayFlatten(arrayMap(o -> arrayMap(t -> (o.id, if(t.currency = '', o.currency, t.currency), t), o.transactions), orders))
        ) as transactions,
        -- Money goes back transaction by transaction; a transaction that comes alone has no note.
        arrayConcat(
            arrayFlatten(arrayMap(r -> arrayMap(
                t -> (r.1, {{ first_of(["t.currency", "r.2"]) }}, r.3.note, if(t.id = '', r.3.id, t.id), {{ first_of(["r.3.processed_at", "r.3.created_at", "t.created_at"]) }}, t),
                arrayFilter(t -> t.kind = 'refund', r.3.transactions)
            ), refunds)),
            arrayMap(t -> (t.1, t.2, '', t.3.id, t.3.created_at, t.3), arrayFilter(t -> t.3.kind = 'refund', transactions))
        ) as repayments,
        arrayMap(o -> {% call json_object() %}[
            '"order_no":' || {{ json_text("if(o.name = '', o.order_number, o.name)") }},
            '"channel":' || '"shopify"',
            '"shop_id":' || {{ json_text("shop") }},
            '"buyer_id":' || toJSONString(if(o.customer.id != '', o.customer.id, {{ guest(first_of(["o.email", "o.contact_email", "o.customer.email", "o.phone"])) }})),
            '"buyer_name":' || {{ json_text(first_of(["trimBoth(concat(o.customer.first_name, ' ', o.customer.last_name))", "o.shipping_address.name", "o.billing_address.name"])) }},
            '"buyer_phone_tail":' || {{ json_text(phone_tail(first_of(["o.phone", "o.shipping_address.phone", "o.customer.phone", "o.billing_address.phone"]))) }},
            '"region":' || {{ json_text(first_of([region_of("o.shipping_address"), region_of("o.billing_address")])) }},
            '"currency":' || {{ json_text("upper(o.currency)") }},
            '"amount_payable":' || {{ amount_in("o.total_price", "o.currency") }},
            '"amount_items":' || {{ amount_in("o.total_line_items_price", "o.currency") }},
            '"amount_freight":' || if(o.currency = '', null, {{ json_integer(freight) }}),
            '"amount_discount":' || {{ amount_in("o.total_discounts", "o.currency") }},
            '"payment_expires_at":' || {{ json_instant(instant("o.payment_terms.payment_schedules[1].due_at")) }},
            '"source_status":' || {{ json_text(status) }},
            '"lines":' || if(o.currency = '', null, concat('[', arrayStringConcat(arrayMap(l -> {{ json_object(line) }}, arraySlice(arrayFilter(l -> l.id != '', o.line_items), 1, 500)), ','), ']'))
        ]{% endcall %}, orders) as terms
    from named
),

told as (
    -- Only what is needed further on: every column of these types costs the planner time at every step.
    select
        topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
        text_, is_json, body_type, items, members, kind, resource, told_topic, event_source,
        -- Before 2018 a transaction did not say its currency, and an amount without one is no amount.
        notEmpty(transactions) and arrayAll(t -> t.2 = '' and t.3.status = 'success' and t.3.kind not in ('refund', 'void', 'change'), transactions) as lacks_currency,
        arrayConcat(
        arrayFlatten(arrayMap((o, term) -> [
            {{ event("1", "concat('order/', o.id, '/created')", "order.created", "concat('order/', o.id)", "coalesce(" ~ instant("o.created_at") ~ ", " ~ instant("o.processed_at") ~ ")", data="term") }},
            {{ event(instant("o.updated_at") ~ " > " ~ instant("o.created_at"), "concat('order/', o.id, '/updated/', o.updated_at)", "order.updated", "concat('order/', o.id)", instant("o.updated_at"), data="term") }},
            {% call event("o.financial_status = 'authorized'", "concat('order/', o.id, '/authorized')", "payment.authorized", "concat('order/', o.id)", "coalesce(" ~ instant("o.processed_at") ~ ", " ~ instant("o.created_at") ~ ")") %}
                ['"payment_id":' || toJSONString(o.id), '"amount":' || {{ amount_in("o.total_price", "o.currency") }}, '"currency":' || {{ json_text("upper(o.currency)") }}, '"method":' || {{ json_text(method) }}, '"provider":' || {{ json_text(method) }}]
            {% endcall %},
            {% call event("o.financial_status in ('paid', 'partially_refunded', 'refunded') or (o.financial_status = 'partially_paid' and o.total_outstanding != '')", "concat('order/', o.id, '/paid/', ifNull(toString(" ~ paid ~ "), ''))", "payment.succeeded", "concat('order/', o.id)", "coalesce(" ~ instant("o.updated_at") ~ ", " ~ instant("o.processed_at") ~ ", " ~ instant("o.created_at") ~ ")") %}
                ['"payment_id":' || toJSONString(o.id), '"amount":' || if(o.currency = '', null, {{ json_integer(paid) }}), '"currency":' || {{ json_text("upper(o.currency)") }}, '"method":' || {{ json_text(method) }}, '"provider":' || {{ json_text(method) }}]
            {% endcall %},
            {% call event("o.financial_status in ('voided', 'expired')", "concat('order/', o.id, '/voided')", "payment.voided", "concat('order/', o.id)", "coalesce(" ~ instant("o.cancelled_at") ~ ", " ~ instant("o.updated_at") ~ ")") %}
                ['"payment_id":' || toJSONString(o.id), '"method":' || {{ json_text(method) }}, '"provider":' || {{ json_text(method) }}]
            {% endcall %},
            {% call event("o.cancelled_at != ''", "concat('order/', o.id, '/canceled')", "order.canceled", "concat('order/', o.id)", instant("o.cancelled_at")) %}
                ['"reason":' || {{ json_text("o.cancel_reason") }}, '"source_status":' || {{ json_text(status) }}]
            {% endcall %},
            {# To close an order in Shopify is to file it: it was carried out, unless all money went back. #}
            {% call event("o.closed_at != '' and o.cancelled_at = '' and o.financial_status not in ('refunded', 'voided', 'expired')", "concat('order/', o.id, '/closed')", "order.completed", "concat('order/', o.id)", instant("o.closed_at")) %}
                ['"source_status":' || {{ json_text(status) }}]
            {% endcall %},
            {% call event("o.closed_at != '' and o.cancelled_at = '' and o.financial_status in ('refunded', 'voided', 'expired')", "concat('order/', o.id, '/closed')", "order.closed", "concat('order/', o.id)", instant("o.closed_at")) %}
                ['"reason":' || {{ json_text("o.financial_status") }}, '"source_status":' || {{ json_text(status) }}]
            {% endcall %}
        ], orders, terms)),
        arrayFlatten(arrayMap(x -> [
            {% call event("1", "concat('fulfillment/', x.2.id, '/created')", "fulfillment.created", "concat('order/', x.1)", instant("x.2.created_at")) %}
                ['"fulfillment_id":' || toJSONString(x.2.id), '"warehouse_id":' || {{ json_text("x.2.location_id") }}]
            {% endcall %},
            {% call event("x.2.status in ('cancelled', 'error', 'failure')", "concat('fulfillment/', x.2.id, '/', x.2.status)", "fulfillment.rejected", "concat('order/', x.1)", "coalesce(" ~ instant("x.2.updated_at") ~ ", " ~ instant("x.2.created_at") ~ ")") %}
                ['"fulfillment_id":' || toJSONString(x.2.id), '"warehouse_id":' || {{ json_text("x.2.location_id") }}, '"reason":' || toJSONString(x.2.status)]
            {% endcall %},
            {% call event(is_labelled, "concat('fulfillment/', x.2.id, '/label/', " ~ tracking_no ~ ")", "fulfillment.label_created", "concat('order/', x.1)", instant("x.2.created_at")) %}
                [{{ parcel }}]
            {% endcall %},
            {% call event("x.2.status in ('success', '') and not " ~ is_labelled, "concat('fulfillment/', x.2.id, '/handed_over/', " ~ tracking_no ~ ")", "shipment.handed_over", "concat('order/', x.1)", instant("x.2.created_at")) %}
                [{{ parcel }}]
            {% endcall %},
            {% call event("x.2.status in ('success', '') and x.2.shipment_status in ('carrier_picked_up', 'in_transit', 'delayed', 'out_for_delivery', 'attempted_delivery', 'ready_for_pickup')", "concat('fulfillment/', x.2.id, '/', x.2.shipment_status, '/', x.2.updated_at)", "shipment.checkpoint", "concat('order/', x.1)", instant("x.2.updated_at")) %}
                [{{ parcel }}, '"status":' || toJSONString({{ shipment_status("x.2.shipment_status") }}), '"raw_status":' || toJSONString(x.2.shipment_status)]
            {% endcall %},
            {% call event("x.2.status in ('success', '') and x.2.shipment_status = 'delivered'", "concat('fulfillment/', x.2.id, '/delivered')", "shipment.delivered", "concat('order/', x.1)", instant("x.2.updated_at")) %}
                [{{ parcel }}, '"status":' || '"delivered"', '"raw_status":' || '"delivered"']
            {% endcall %},
            {% call event("x.2.status in ('success', '') and x.2.shipment_status = 'failure'", "concat('fulfillment/', x.2.id, '/failed_delivery')", "shipment.exception", "concat('order/', x.1)", instant("x.2.updated_at")) %}
                [{{ parcel }}, '"status":' || '"failure"', '"raw_status":' || '"failure"']
            {% endcall %}
        ], fulfillments)),
        arrayFlatten(arrayMap(s -> [
            {% call event("s.status in ('label_purchased', 'label_printed')", "concat('fulfillment_event/', s.id)", "fulfillment.label_created", "concat('order/', s.order_id)", scanned_at) %}
                ['"shipment_id":' || toJSONString(s.fulfillment_id), '"fulfillment_id":' || toJSONString(s.fulfillment_id)]
            {% endcall %},
            {% call event("s.status not in ('label_purchased', 'label_printed', 'delivered', 'failure')", "concat('fulfillment_event/', s.id)", "shipment.checkpoint", "concat('order/', s.order_id)", scanned_at) %}
                [{{ scan }}]
            {% endcall %},
            {% call event("s.status = 'delivered'", "concat('fulfillment_event/', s.id)", "shipment.delivered", "concat('order/', s.order_id)", scanned_at) %}
                [{{ scan }}]
            {% endcall %},
            {% call event("s.status = 'failure'", "concat('fulfillment_event/', s.id)", "shipment.exception", "concat('order/', s.order_id)", scanned_at) %}
                [{{ scan }}]
            {% endcall %},
            {% call event("s.estimated_delivery_at != ''", "concat('fulfillment_event/', s.id, '/eta')", "shipment.eta_changed", "concat('order/', s.order_id)", scanned_at) %}
                ['"shipment_id":' || toJSONString(s.fulfillment_id), '"eta_until":' || {{ json_instant(instant("s.estimated_delivery_at")) }}]
            {% endcall %}
        ], scans)),
        arrayMap(x ->
            {% call event(payment_event ~ " != ''", "concat('transaction/', x.3.id, '/', x.3.status)", payment_event, "concat('order/', x.1)", "coalesce(" ~ instant("x.3.processed_at") ~ ", " ~ instant("x.3.created_at") ~ ")") %}
                ['"payment_id":' || toJSONString(x.1), '"amount":' || {{ amount_in("x.3.amount", "x.2") }}, '"currency":' || {{ json_text("upper(x.2)") }}, '"method":' || {{ json_text("x.3.gateway") }}, '"provider":' || {{ json_text("x.3.gateway") }}, '"failure_code":' || {{ json_text("if(x.3.status in ('failure', 'error'), " ~ first_of(["x.3.error_code", "x.3.message"]) ~ ", '')") }}]
            {% endcall %}, transactions),
        arrayFlatten(arrayMap(x -> [
            {% for type, suffix, when, at in [
                ["refund.created", "created", "1", instant("x.5")],
                ["refund.succeeded", "succeeded", "x.6.status = 'success'", "greatest(" ~ instant("x.5") ~ ", ifNull(" ~ instant(first_of(["x.6.processed_at", "x.6.created_at", "x.5"])) ~ ", " ~ instant("x.5") ~ "))"],
                ["refund.failed", "failed", "x.6.status in ('failure', 'error')", "greatest(" ~ instant("x.5") ~ ", ifNull(" ~ instant(first_of(["x.6.processed_at", "x.6.created_at", "x.5"])) ~ ", " ~ instant("x.5") ~ "))"],
            ] %}
            {% call event(when, "concat('refund/', x.4, '/" ~ suffix ~ "')", type, "concat('order/', x.1)", at) %}
                ['"refund_id":' || toJSONString(x.4), '"payment_id":' || toJSONString(x.1), '"amount":' || {{ amount_in("replaceOne(x.6.amount, '-', '')", "x.2") }}, '"currency":' || {{ json_text("upper(x.2)") }}, '"reason":' || {{ json_text("x.3") }}{% if type == "refund.failed" %}, '"failure_reason":' || {{ json_text(first_of(["x.6.error_code", "x.6.message"])) }}{% endif %}]
            {% endcall %}{% if not loop.last %},{% endif %}
            {% endfor %}
        ], repayments)),
        -- A refund without money takes goods back; what it changed is in the order's next snapshot.
        arrayMap(r -> {{ event("kind = 'refund' and r.3.id != '' and not arrayExists(t -> t.kind = 'refund', r.3.transactions)", "concat('refund/', r.3.id)", "order.updated", "concat('order/', r.1)", instant("r.3.created_at"), data="'{}'") }}, refunds),
        arrayFlatten(arrayMap(d -> [
            {% for type, suffix, when, at in [
                ["dispute.opened", "'opened'", "1", instant("d.initiated_at")],
                ["dispute.updated", "d.status", "d.status = 'under_review'", "coalesce(" ~ instant("d.evidence_sent_on") ~ ", triggered_at, " ~ instant("d.initiated_at") ~ ")"],
                ["dispute.closed", "d.status", "d.status not in ('', 'needs_response', 'under_review')", "coalesce(" ~ instant("d.finalized_on") ~ ", triggered_at, " ~ instant("d.evidence_sent_on") ~ ", " ~ instant("d.initiated_at") ~ ")"],
            ] %}
            {% call event("d.order_id != '' and " ~ when, "concat('dispute/', d.id, '/', " ~ suffix ~ ")", type, "concat('order/', d.order_id)", at) %}
                ['"dispute_id":' || toJSONString(d.id), '"payment_id":' || toJSONString(d.order_id), '"amount":' || {{ amount_in("d.amount", "d.currency") }}, '"currency":' || {{ json_text("upper(d.currency)") }}{% if type == "dispute.opened" %}, '"reason":' || {{ json_text("d.reason") }}{% else %}, '"status":' || {{ json_text("d.status") }}{% endif %}, '"due_at":' || {{ json_instant(instant("d.evidence_due_by")) }}]
            {% endcall %}{% if not loop.last %},{% endif %}
            {% endfor %}
        ], disputes)),
        arrayFlatten(arrayMap(r -> [
            {% for type, name in [["return.requested", "returns/request"], ["return.approved", "returns/approve"], ["return.rejected", "returns/decline"]] %}
            {% call event("kind = '" ~ name ~ "'", "concat('return/', r.id, '/" ~ name ~ "')", type, "concat('order/', " ~ first_of(["r.order.id", "r.order_id"]) ~ ")", "coalesce(triggered_at, landed_at)") %}
                ['"return_id":' || toJSONString(r.id), '"reason":' || {{ json_text(first_of(["r.decline.reason", "r.decline.note", "r.return_line_items[1].return_reason"])) }}, '"status":' || {{ json_text("r.status") }}]
            {% endcall %}{% if not loop.last %},{% endif %}
            {% endfor %}
        ], returns)),
        arrayMap(e -> {{ event("1", "concat('order_edit/', e.id)", "order.updated", "concat('order/', e.order_id)", "coalesce(" ~ instant("e.committed_at") ~ ", " ~ instant("e.created_at") ~ ", triggered_at)", data="'{}'") }}, edits),
        arrayMap(i -> {% call event("1", "concat('order/', JSONExtract(i, 'id', 'String'), '/deleted')", "order.closed", "concat('order/', JSONExtract(i, 'id', 'String'))", "coalesce(triggered_at, landed_at)") %}
            ['"reason":' || '"deleted"']
        {% endcall %}, if(kind = 'orders/delete', items, []))
        ) as all_events
    from parsed
),

judged as (
    select *,
        {{ event_texts("all_events", "event_source") }} as outcomes,
        multiIf(
            text_ = '', 'empty: the message has no bytes',
            not is_json, 'invalid_json: expected the JSON of a Shopify webhook, found other text or a number beyond 64 bits',
            body_type not in ('Object', 'Array'), concat('not_object: expected a JSON object or array, found ', body_type),
            lacks_currency, 'missing_attribute: expected transaction.currency; an amount cannot be read without it',
            arrayExists(e -> e.1, all_events), '',
            empty(items), 'nothing',
            match(resource, '^(orders?|order_.*|fulfillment.*|refunds?|returns?|reverse_.*|disputes?)$') and (kind = '' or startsWith(kind, 'returns/')), concat('unknown_event_type: no mapping for the topic ', told_topic, ' with members ', arrayStringConcat(arraySlice(members, 1, 8), ', ')),
            kind = '' and told_topic = '', concat('unknown_event_type: no topic, and no shape we know, with members ', arrayStringConcat(arraySlice(members, 1, 8), ', ')),
            'nothing'
        ) as verdict
    from told
)

select
    topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
    outcomes,
    if(verdict != 'nothing', '', multiIf(
        empty(items), 'empty_list',
        kind = 'refund', 'refund_calculation',
        kind = 'dispute', 'dispute_without_order',
        kind = 'transaction', 'transaction_without_payment',
        told_topic != '', replaceAll(told_topic, '/', '.'),
        kind
    )) as concerns,
    {{ or_unread("if(verdict = 'nothing', '', verdict)") }} as problem
from judged
{{ sealed() }}
