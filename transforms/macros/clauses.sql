{#
What most types are made of, as data: since which words of the systems, until which. A word is an event type, alone, with
a status (`dispute.updated:won`) or with a reason (`order.held/other`). `about`: a word ends what began with the same thing
('thing'), with the same second thing ('part'), or anything of the order ('order'); only from the beginning on, or
`even_before`. Where it `recurs`, a word that comes when another had ended it begins it again; words that tell of further stages
of the same trouble do not. It holds only `after` some word was told of the order, and not when one of `unless` was. `lead_s`: how long
before the date the event itself names. All clauses are judged by one expression, because a statement costs by its length.
#}
{% macro clause(rule, since, until, about="'thing'", ends_with_order='0', lead_s='0', escalates_again='0', after='[]', unless='[]', even_before='0', recurs='0') -%}
({{ rule }}, {{ since }}, {{ until }}, {{ about }}, {{ ends_with_order }}, {{ lead_s }}, {{ escalates_again }}, {{ after }}, {{ unless }}, {{ even_before }}, {{ recurs }})
{%- endmacro %}
{% macro clauses(list) -%}
cast([{{ list | join(', ') }}], 'Array(Tuple(rule String, since Array(String), until Array(String), about String, ends_with_order UInt8, lead_s UInt32, escalates_again UInt8, after Array(String), unless Array(String), even_before UInt8, recurs UInt8))')
{%- endmacro %}
{% macro tells(words) -%}
hasAny({{ words }}, [h.type, concat(h.type, ':', h.word), concat(h.type, '/', h.reason)])
{%- endmacro %}
{# Of one thing, or of the order. #}
{% macro is_of_the_same() -%}
(clause.about = 'order' or h.thing = one.thing)
{%- endmacro %}
{#
The events that begin a clause: of each thing, or of the order, the first, and where it recurs each that comes when a word had
ended what began before it.
#}
{% macro beginnings() -%}
arrayMap(
    begun -> arrayFilter(
        (one, place) -> arrayFirstIndex(h -> {{ is_of_the_same() }}, begun) = place or (
            clause.recurs = 1
            and arrayMax(h -> if(h.at < one.at and {{ is_its_own() }} and {{ tells('clause.until') }}, toUnixTimestamp64Milli(h.at), -1), history)
                >= arrayMax(h -> if((h.at, h.event_id) < (one.at, one.event_id) and {{ is_of_the_same() }}, toUnixTimestamp64Milli(h.at), 0), begun)
        ),
        begun,
        arrayEnumerate(begun)
    ),
    [arrayFilter(h -> {{ tells('clause.since') }}, history)]
)[1]
{%- endmacro %}
{# Which time it happens to the thing: 0 for the first, else when it began. #}
{% macro occurrence_of_one() -%}
if(one.event_id = arrayFirst(h -> {{ is_of_the_same() }} and {{ tells('clause.since') }}, history).event_id, 0, toUnixTimestamp64Milli(one.at))
{%- endmacro %}
{% macro applies() -%}
(empty(clause.after) or arrayExists(h -> h.at <= one.at and {{ tells('clause.after') }}, history)) and not arrayExists(h -> h.at <= one.at and {{ tells('clause.unless') }}, history)
{%- endmacro %}
{% macro is_its_own() -%}
(clause.about = 'order' or h.thing = one.thing or (clause.about = 'part' and h.part != '' and h.part = one.part))
{%- endmacro %}
{# The money in question: what the event names, else its refund or payment, else the order. #}
{% macro exposure_of_one() -%}
arrayFirst(sum -> sum > 0, [one.amount, arrayFirst(r -> r.refund_id = one.thing, refunds).amount, arrayFirst(p -> p.payment_id != '' and p.payment_id in (one.thing, one.part), payments).amount, amount_paid, amount_payable])
{%- endmacro %}
{% macro promises_of(list) -%}
arrayFlatten(arrayMap(
    clause -> arrayMap(
        one -> {{ promise_met(
            "concat(clause.rule, if(clause.rule = 'payment_stuck_processing' and arrayExists(p -> p.payment_id = one.thing and p.method = 'bank_transfer', payments), '_bank', ''))",
            "if(clause.about = 'order' or one.thing = '', order_id, one.thing)",
            'one.at',
            'one.due_at - toIntervalSecond(clause.lead_s)',
            signs_where('(clause.even_before = 1 or h.at >= one.at) and ' ~ is_its_own() ~ ' and ' ~ tells('clause.until')) ~ '[1]',
            'if(clause.ends_with_order = 1, ended_at, null)',
            '[one.event_id]',
            exposure_of_one(),
            given_escalate_at='one.due_at',
            occurrence=occurrence_of_one()
        ) }},
        arrayFilter(one -> {{ applies() }}, {{ beginnings() }})
    ),
    {{ clauses(list) }}
))
{%- endmacro %}
{% macro findings_of(list) -%}
arrayFlatten(arrayMap(
    clause -> arrayMap(
        one -> {{ finding(
            'clause.rule',
            "if(clause.about = 'order' or one.thing = '', order_id, one.thing)",
            'one.at',
            is_its_own() ~ ' and ' ~ tells('clause.until'),
            "arrayMap(h -> h.event_id, arrayFilter(h -> (h.event_id = one.event_id or (clause.escalates_again = 1 and h.at >= one.at)) and h.thing = one.thing and " ~ tells('clause.since') ~ ", history))",
            exposure_of_one(),
            given_due_at='one.due_at - toIntervalSecond(clause.lead_s)',
            given_escalate_at='if(clause.escalates_again = 1, ' ~ signs_where("h.at >= one.at and h.thing = one.thing and " ~ tells('clause.since')) ~ '[2].1, null)',
            occurrence=occurrence_of_one()
        ) }},
        arrayFilter(one -> {{ applies() }}, {{ beginnings() }})
    ),
    {{ clauses(list) }}
))
{%- endmacro %}
