/** What a workbook has besides its sheets: their names, and how cells look. */

const MOST_SHEET_NAME = 31
/** Of the formats below, by their place. */
export const STYLE = { plain: 0, header: 1, instant: 2 } as const
const MOST_DECIMALS = 4
const FIRST_MONEY = 3
export const styleOfMoney = (decimals: number): number => FIRST_MONEY + Math.min(decimals, MOST_DECIMALS)

/** Letters, digits and `_` of the table's name; the second sheet and those after it are numbered. */
export function sheetNameOf(table: string, index: number): string {
  const ending = index === 0 ? '' : ` ${index + 1}`
  return `${table.replaceAll(/\W/g, '_').slice(0, MOST_SHEET_NAME - ending.length) || 'rows'}${ending}`
}

/** The other files of the package, by name. */
export function packageParts(sheets: readonly string[]): [string, string][] {
  const each = (write: (number: number, name: string) => string): string =>
    sheets.map((name, index) => write(index + 1, name)).join('')
  const styles = sheets.length + 1
  return [
    [
      '[Content_Types].xml',
      `${XML}<Types xmlns="${PACKAGE}content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="${OFFICE}sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${OFFICE}styles+xml"/>${each(
        (n) => `<Override PartName="/xl/worksheets/sheet${n}.xml" ContentType="${OFFICE}worksheet+xml"/>`,
      )}</Types>`,
    ],
    [
      '_rels/.rels',
      `${XML}<Relationships xmlns="${PACKAGE}relationships"><Relationship Id="rId1" Type="${RELATION}officeDocument" Target="xl/workbook.xml"/></Relationships>`,
    ],
    [
      'xl/workbook.xml',
      `${XML}<workbook xmlns="${MAIN}" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>${each(
        (n, name) => `<sheet name="${name}" sheetId="${n}" r:id="rId${n}"/>`,
      )}</sheets></workbook>`,
    ],
    [
      'xl/_rels/workbook.xml.rels',
      `${XML}<Relationships xmlns="${PACKAGE}relationships">${each(
        (n) => `<Relationship Id="rId${n}" Type="${RELATION}worksheet" Target="worksheets/sheet${n}.xml"/>`,
      )}<Relationship Id="rId${styles}" Type="${RELATION}styles" Target="styles.xml"/></Relationships>`,
    ],
    ['xl/styles.xml', `${XML}<styleSheet xmlns="${MAIN}">${STYLES}</styleSheet>`],
  ]
}

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006/'
const RELATION = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const OFFICE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.'

const MONEY = Array.from({ length: MOST_DECIMALS + 1 }, (_, decimals) =>
  decimals === 0 ? '0' : `0.${'0'.repeat(decimals)}`,
)
/** Numbers below 164 are formats that programs know by themselves. */
const FIRST_FORMAT = 164
const format = (id: number): string =>
  `<xf numFmtId="${id}" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>`
const STYLES = [
  `<numFmts count="${MONEY.length + 1}"><numFmt numFmtId="${FIRST_FORMAT}" formatCode="yyyy-mm-dd hh:mm:ss"/>`,
  ...MONEY.map((code, index) => `<numFmt numFmtId="${FIRST_FORMAT + 1 + index}" formatCode="${code}"/>`),
  '</numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>',
  '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>',
  '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>',
  '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>',
  `<cellXfs count="${FIRST_MONEY + MONEY.length}"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1"/>`,
  format(FIRST_FORMAT),
  ...MONEY.map((_, index) => format(FIRST_FORMAT + 1 + index)),
  '</cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles>',
].join('')
