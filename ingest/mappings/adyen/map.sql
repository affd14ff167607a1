{#- Standard notifications of Adyen: one message holds one or several items, each of which tells one thing about a payment,
    a refund or a dispute. What each event code means stands in `meaning`; README.md says why. -#}

{#- Adyen counts four currencies with other decimals than ISO 4217, whose minor units are ours. -#}
{%- macro minor_units_of(amount, currency) -%}
multiIf({{ amount }} = '', null, not match({{ amount }}, '^-?[0-9]{1,15}$'), toJSONString({{ amount }}),
          {{ currency }} in ('CLP', 'ISK'), toString(intDiv(toInt64OrZero({{ amount }}), 100)),
          {{ currency }} in ('CVE', 'IDR'), toString(toInt64OrZero({{ amount }}) * 100),
          toString(toInt64OrZero({{ amount }})))
{%- endmacro -%}

{#- Notifications about money that no order waits for: looked at, understood, and left. -#}
{%- set not_orders = ['ACCOUNT_UPDATER', 'ACH_NOTIFICATION_OF_CHANGE', 'AUTORESCUE', 'AUTORESCUE_NEXT_ATTEMPT', 'CANCEL_AUTORESCUE',
  'DEACTIVATE_RECURRING', 'DIRECT_DEBIT_NOTICE_OF_CHANGE_NOTIFICATION', 'DONATION', 'FRAUD_ONLY', 'HANDLED_EXTERNALLY',
  'MANUAL_REVIEW_ACCEPT', 'MANUAL_REVIEW_REJECT', 'NOTIFICATIONTEST', 'NOTIFICATION_OF_FRAUD', 'ORDER_CLOSED', 'ORDER_OPENED',
  'PAIDOUT_REVERSED', 'PAYOUT_DECLINE', 'PAYOUT_EXPIRE', 'PAYOUT_THIRDPARTY', 'PROCESS_RETRY', 'RECURRING_CONTRACT',
  'REPORT_AVAILABLE', 'TEST', 'VOID_PENDING_REFUND'] -%}
{#- A request of ours that was refused: payment, refund or dispute stand as they stood. -#}
{%- set nothing_changed = ['AUTHORISATION_ADJUSTMENT', 'CANCELLATION', 'CANCEL_OR_REFUND', 'EXPIRE', 'OFFER_CLOSED', 'TECHNICAL_CANCEL'] -%}
{%- set disputes_won = ['ISSUER_RESPONSE_TIMEFRAME_EXPIRED', 'PREARBITRATION_ISSUER_WITHDRAWN', 'PREARBITRATION_WON', 'SCHEME_ARBITRATION_WON'] -%}
{%- set disputes_lost = ['DISPUTE_DEFENSE_PERIOD_ENDED', 'PREARBITRATION_ACCEPTED', 'PREARBITRATION_LOST', 'SCHEME_ARBITRATION_LOST', 'SECOND_CHARGEBACK'] -%}
{%- set disputes_under_way = ['CHARGEBACK_REVERSED', 'INFORMATION_SUPPLIED', 'ISSUER_COMMENTS', 'PREARBITRATION_DECLINED', 'PREARBITRATION_OPEN', 'SCHEME_ARBITRATION'] -%}

{#- The event type of item `i`; 'nothing' for one that changes nothing, '' for a code we do not know. -#}
{%- macro meaning() -%}
multiIf(
        i.code = 'AUTHORISATION' and not i.ok, 'payment.failed',
        i.code = 'AUTHORISATION' and (captures_itself or (notEmpty(i.operations) and not has(i.operations, 'CAPTURE'))), 'payment.succeeded',
        i.code = 'AUTHORISATION', 'payment.authorized',
        i.code in {{ quoted(nothing_changed) }} and not i.ok, 'nothing',
        i.code = 'AUTHORISATION_ADJUSTMENT', 'payment.authorized',
        i.code = 'PENDING', 'payment.processing',
        i.code = 'CAPTURE' and i.ok, 'payment.captured',
        i.code in ('CAPTURE', 'CAPTURE_FAILED'), 'payment.failed',
        i.code in ('CANCELLATION', 'TECHNICAL_CANCEL') or (i.code = 'CANCEL_OR_REFUND' and i.action = 'cancel'), 'payment.voided',
        i.code in ('EXPIRE', 'OFFER_CLOSED'), 'payment.expired',
        i.code = 'POSTPONED_REFUND' and i.ok, 'refund.created',
        i.code in ('REFUND', 'REFUND_WITH_DATA') and i.ok or (i.code = 'CANCEL_OR_REFUND' and i.action = 'refund'), 'refund.succeeded',
        i.code in ('REFUND', 'REFUND_WITH_DATA', 'POSTPONED_REFUND', 'REFUND_FAILED', 'REFUNDED_REVERSED'), 'refund.failed',
        i.code in ('REQUEST_FOR_INFORMATION', 'NOTIFICATION_OF_CHARGEBACK', 'CHARGEBACK'), 'dispute.opened',
        i.code in {{ quoted(disputes_won) }} or i.code in {{ quoted(disputes_lost) }}, 'dispute.closed',
        i.code in {{ quoted(disputes_under_way) }}, 'dispute.updated',
        i.code in {{ quoted(not_orders) }}, 'nothing',
        '')
{%- endmacro -%}

{%- macro dispute_status() -%}
multiIf(
          i.dispute_status in ('Won', 'Lost'), lower(i.dispute_status),
          i.dispute_status in ('Accepted', 'Expired'), 'lost',
          i.dispute_status = 'Pending', 'under_review',
          i.dispute_status = 'Undefended', 'needs_response',
          i.dispute_status = 'Unresponded', 'warning_needs_response',
          i.dispute_status = 'Responded', 'warning_under_review',
          i.code in {{ quoted(disputes_won) }}, 'won',
          i.code in {{ quoted(disputes_lost) }}, 'lost',
          i.code = 'REQUEST_FOR_INFORMATION', 'warning_needs_response',
          i.code = 'ISSUER_COMMENTS', '',
          i.auto_defended or i.code in ('CHARGEBACK_REVERSED', 'INFORMATION_SUPPLIED', 'PREARBITRATION_DECLINED', 'SCHEME_ARBITRATION'), 'under_review',
          'needs_response')
{%- endmacro -%}

{#- How the buyer pays, in our words where we have one; other methods keep Adyen's name. -#}
{%- set cards = ['visa', 'mc', 'amex', 'discover', 'diners', 'jcb', 'cup', 'maestro', 'bcmc', 'cartebancaire', 'elo', 'hipercard', 'dankort', 'electron', 'vpay', 'scheme'] -%}
{%- set wallets = ['alipay', 'alipay_hk', 'wechatpay', 'wechatpayQR', 'wechatpayWeb', 'paypal', 'gcash', 'momo_wallet', 'kakaopay', 'mobilepay', 'swish', 'twint', 'vipps', 'amazonpay'] -%}
{%- set banks = ['ideal', 'sepadirectdebit', 'directEbanking', 'ach', 'trustly', 'giropay', 'eps', 'blik', 'pix', 'bankTransfer_IBAN', 'directdebit_GB', 'multibanco', 'onlineBanking_PL'] -%}

{%- set fact = 'code String, ok UInt8, said_success String, action String, operations Array(String), psp String, original String, payment_id String, reference String, account String, amount String, currency String, method String, reason String, time String, due_at String, dispute_status String, auto_defended UInt8' -%}

{#- The canonical event of item `i` of type `t`, as JSON. -#}
{%- macro item_event() -%}
{{ json_object("[
          '\"specversion\":\"1.0\"',
          '\"id\":' || toJSONString(concat(i.psp, '/', i.code, '/', if(i.ok, 'true', 'false'))),
          '\"source\":' || toJSONString(concat('/adyen/', if(i.account = '', 'account', i.account))),
          '\"type\":' || toJSONString(t),
          '\"subject\":' || if(i.reference != '', " ~ lookup('order', 'i.reference') ~ ", " ~ lookup('payment', 'i.payment_id') ~ "),
          " ~ member('time', 'i.time') ~ ",
          '\"data\":' || " ~ item_data() ~ "]") }}
{%- endmacro -%}

{%- macro item_data() -%}
{{ json_object("[
            " ~ member('payment_id', "if(startsWith(t, 'payment.') or i.original != '', i.payment_id, '')") ~ ",
            " ~ member('refund_id', "if(startsWith(t, 'refund.'), i.psp, '')") ~ ",
            " ~ member('dispute_id', "if(startsWith(t, 'dispute.'), i.psp, '')") ~ ",
            '\"amount\":' || " ~ minor_units_of('i.amount', 'i.currency') ~ ",
            " ~ member('currency', "if(i.amount = '', '', i.currency)") ~ ",
            " ~ member('method', "if(startsWith(t, 'payment.'), if(is_card, 'card', i.method), '')") ~ ",
            " ~ member('provider', "if(startsWith(t, 'payment.'), 'adyen', '')") ~ ",
            " ~ member('failure_code', "if(t = 'payment.failed', i.reason, '')") ~ ",
            " ~ member('failure_reason', "if(t = 'refund.failed', i.reason, '')") ~ ",
            " ~ member('refund_channel', "if(startsWith(t, 'refund.'), multiIf(is_card, 'card', i.method in " ~ quoted(wallets) ~ ", 'wallet', i.method in " ~ quoted(banks) ~ ", 'bank', ''), '')") ~ ",
            " ~ member('reason', "if(startsWith(t, 'dispute.'), i.reason, '')") ~ ",
            " ~ member('status', "multiIf(startsWith(t, 'dispute.'), " ~ dispute_status() ~ ", t = 'refund.created', 'pending', startsWith(t, 'refund.'), substring(t, 8), '')") ~ ",
            " ~ member('due_at', "if(startsWith(t, 'dispute.'), i.due_at, '')") ~ "]") }}
{%- endmacro -%}

with
opened_messages as (
  select
    *,
    -- Accounts that capture by themselves never send CAPTURE; the name of the endpoint says which these are.
    position(key, 'automatic-capture') > 0 as captures_itself,
    multiIf(
      root = 'Array', JSONExtractArrayRaw(body),
      JSONType(body, 'notificationItems') = 'Object', [JSONExtractRaw(body, 'notificationItems')],
      JSONHas(body, 'notificationItems'), JSONExtractArrayRaw(body, 'notificationItems'),
      JSONHas(body, 'NotificationRequestItem') or JSONHas(body, 'eventCode'), [body],
      []
    ) as items
  from ({{ opened(messages) }})
),

extracted as (
  select
    *,
    -- Webhooks of Adyen's other products, and of payment terminals.
    multiIf(
      notEmpty(items), '',
      JSONHas(body, 'SaleToPOIRequest') or JSONHas(body, 'SaleToPOIResponse'),
      concat('terminal.', arrayFirst(k -> k != 'MessageHeader', arrayConcat(JSONExtractKeys(body, 'SaleToPOIRequest'), JSONExtractKeys(body, 'SaleToPOIResponse')))),
      JSONType(body, 'type') = 'String', JSONExtractString(body, 'type'),
      lower(JSONExtractString(body, 'eventType'))
    ) as foreign,
    arrayMap(
      one -> JSONExtract(if(JSONHas(one, 'NotificationRequestItem'), JSONExtractRaw(one, 'NotificationRequestItem'), one), 'Tuple(eventCode String, success String, pspReference String, originalReference String, merchantReference String, merchantAccountCode String, amount Tuple(value String, currency String), paymentMethod String, operations Array(String), reason String, eventDate String, additionalData String)'),
      items) as raw
  from opened_messages
),

facts as (
  select
    *,
    arrayMap(f -> cast(tuple(
        upper(trimBoth(f.eventCode)),
        lower(f.success) in ('true', '1'),
        f.success,
        lower(JSONExtractString(f.additionalData, 'modification.action')),
        f.operations,
        trimBoth(f.pspReference),
        trimBoth(f.originalReference),
        if(trimBoth(f.originalReference) = '', trimBoth(f.pspReference), trimBoth(f.originalReference)),
        trimBoth(f.merchantReference),
        f.merchantAccountCode,
        f.amount.value,
        upper(f.amount.currency),
        f.paymentMethod,
        if(f.reason = 'null', '', substringUTF8(trimBoth(f.reason), 1, 1000)),
        {{ rfc3339('f.eventDate') }},
        {{ rfc3339("JSONExtractString(f.additionalData, 'defensePeriodEndsAt')") }},
        JSONExtractString(f.additionalData, 'disputeStatus'),
        JSONExtractString(f.additionalData, 'autoDefended') = 'true'
      ), 'Tuple({{ fact }})'), raw) as facts
  from extracted
),

meanings as (
  select *, arrayMap(i -> {{ meaning() }}, facts) as types
  from facts
),

judged as (
  select
    *,
    arrayMap((i, t) -> multiIf(
        i.code = '', 'missing_attribute: eventCode is missing',
        t = 'nothing', '',
        i.code = 'CANCEL_OR_REFUND' and t = '', 'missing_attribute: additionalData.modification.action is missing: neither cancel nor refund',
        t = '', concat('unknown_event_type: no mapping for the event code ', substringUTF8(i.code, 1, 80)),
        i.psp = '', 'missing_attribute: pspReference is missing',
        i.said_success = '', 'missing_attribute: success is missing',
        i.time = '', 'missing_attribute: eventDate is missing',
        ''), facts, types) as problems,
    arrayMap((i, t, is_card) -> if(t in ('', 'nothing'), '', {{ item_event() }}),
      facts, types, arrayMap(i -> i.method in {{ quoted(cards) }}, facts)) as texts,
    multiIf(
      {{ unreadable() }},
      foreign != '' or notEmpty(facts), '',
      JSONHas(body, 'notificationItems'), 'missing_attribute: notificationItems is empty',
      'unknown_event_type: neither notificationItems nor a webhook with a type'
    ) as message_problem
  from meanings
),

summed as (
  select
    *,
    arrayExists((text, wrong) -> text != '' and wrong = '', texts, problems) as has_events,
    arrayFirst(p -> p != '', problems) as first_problem
  from judged
)

select
  topic, partition, epoch, offset, batch_id, format, landed_at, key, headers, value,
  if(not has_events, [], arrayFilter(e -> e != '', arrayMap((i, text, wrong) -> if(wrong != '', wrong, text), facts, texts, problems))) as outcomes,
  multiIf(has_events or message_problem != '' or first_problem != '', '', foreign != '', foreign, lower(facts[1].code)) as concerns,
  {{ or_unread("multiIf(message_problem != '', message_problem, has_events, '', first_problem)") }} as problem
from summed
