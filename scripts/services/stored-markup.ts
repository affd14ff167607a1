/**
 * Texts that would run as script wherever one of them becomes markup, an address or code instead of text. Each marks what it
 * makes with `data-planted` and calls `planted()`.
 */

const CALL = 'planted()'

/** Ways out of where a text may stand: nowhere, a tag's attribute, a text area, a comment, a script, an SVG, a style. */
const EXITS = [
  '',
  '">',
  "'>",
  '`>',
  '</title>',
  '</textarea>',
  '-->',
  '</script>',
  '</style>',
  ']]>',
  '"/><p title="',
  '\\"><p>',
  '</tspan></text>',
] as const

const MARKUP = [
  `<script data-planted>${CALL}</script>`,
  `<img data-planted src=x onerror=${CALL}>`,
  `<svg data-planted onload=${CALL}>`,
  `<svg data-planted><animate onbegin=${CALL} attributeName=x dur=1s>`,
  `<details data-planted open ontoggle=${CALL}>`,
  `<iframe data-planted srcdoc="<script>parent.${CALL}</script>"></iframe>`,
  `<a data-planted href="javascript:${CALL}">x</a>`,
  `<body data-planted onpageshow=${CALL}>`,
  `<math data-planted><mtext><img src=x onerror=${CALL}></mtext></math>`,
  `<form data-planted action="javascript:${CALL}"><button>x`,
  `<style data-planted>@import "data:text/css,*{}"</style>`,
] as const

/** No markup: harmful where a text is taken for an address, an expression or an attribute. */
const PLAIN = [
  `javascript:${CALL}`,
  `  JaVaScRiPt:${CALL}//`,
  `data:text/html,<script>${CALL}</script>`,
  `{{constructor.constructor('${CALL}')()}}`,
  `\${${CALL}}`,
  `" onmouseover="${CALL}" autofocus onfocus="${CALL}" x="`,
  `' onfocus='${CALL}' autofocus '`,
  `';${CALL};//`,
  `\u2028${CALL}\u2029`,
  `&lt;img data-planted src=x onerror=${CALL}&gt;`,
  `&#60;img data-planted src=x onerror=${CALL}&#62;`,
  `\\u003cimg data-planted src=x onerror=${CALL}\\u003e`,
] as const

export const harmfulTexts: readonly string[] = [
  ...EXITS.flatMap((exit) => MARKUP.map((markup) => `${exit}${markup}`)),
  ...PLAIN,
]
