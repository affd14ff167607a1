{#
What a search compares: case, width, accents and separators are gone. `transforms/query/search-text.ts` does the same to what
somebody types, and a test compares both. Texts are cut, because a name of a megabyte is no name; bytes that are no text must
not stop what lands.
#}
{% macro search_folded(text) -%}
if(length({{ text }}) = lengthUTF8({{ text }}), lower({{ text }}), normalizeUTF8NFKC(replaceAll(replaceRegexpAll(lowerUTF8(normalizeUTF8NFKD({{ text }})), '[\\x{0300}-\\x{036f}]', ''), 'ς', 'σ')))
{%- endmacro %}
{% macro search_cut(text, most) -%}
substringUTF8(toValidUTF8({{ text }}), 1, {{ most }})
{%- endmacro %}
{# A number of whatever kind. #}
{% macro search_number(text) -%}
replaceRegexpAll({{ search_folded(search_cut(text, 128)) }}, '[^\\p{L}\\p{N}]', '')
{%- endmacro %}
{# Letters of scripts that have no spaces are words of their own. #}
{% macro search_words(text) -%}
arraySlice(extractAll({{ search_folded(search_cut(text, 128)) }}, '[\\p{Latin}\\p{Greek}\\p{Cyrillic}\\p{Arabic}\\p{Hebrew}\\p{Thai}\\p{Devanagari}\\p{M}\\p{N}]+|\\p{L}'), 1, 8)
{%- endmacro %}
{# The name of a product: words with single spaces between them, and what is written without spaces as it is. #}
{% macro search_line(text) -%}
trimBoth(replaceRegexpAll({{ search_folded(search_cut(text, 512)) }}, '[^\\p{L}\\p{M}\\p{N}]+', ' '))
{%- endmacro %}
