import { bySetting, type Setting } from '../groups.ts'
import { type Html, html } from './html.ts'

export interface HtmlColumn<Row> {
  readonly title: string
  /** @defaultValue `'right'` */
  readonly align?: 'left' | 'right' | undefined
  readonly cell: (row: Row) => Html | string
}

/** A table with a caption, in a box of its own that scrolls where the page is too narrow. The first column names rows. */
export function table<Row>(caption: string, columns: readonly HtmlColumn<Row>[], rows: readonly Row[]): Html {
  return boxed(caption, columns, [
    html`<tbody>
      ${rows.map((row) => tableRow(columns, row))}
    </tbody>`,
  ])
}

/** A table with one part for each setting, under its name. */
export function settingTable<Row extends { readonly setting: Setting }>(
  caption: string,
  columns: readonly HtmlColumn<Row>[],
  rows: readonly Row[],
): Html {
  const parts = bySetting(rows)
  const only = parts[0][0].setting.label
  const named = parts.length === 1 && only !== '' ? `${caption} (${only})` : caption
  const bodies = parts.map((own) => {
    const { label } = own[0].setting
    const heading =
      label === '' || parts.length === 1
        ? undefined
        : html`<tr class="part">
            <th colspan="${columns.length}" scope="rowgroup">${label}</th>
          </tr>`
    return html`<tbody>
      ${heading}${own.map((row) => tableRow(columns, row))}
    </tbody>`
  })
  return boxed(named, columns, bodies)
}

function boxed<Row>(caption: string, columns: readonly HtmlColumn<Row>[], bodies: readonly Html[]): Html {
  const titles = columns.map(({ title, align }) => html`<th scope="col" ${sideOf(align)}>${title}</th>`)
  return html`<div class="scroll" role="region" aria-label="${caption}" tabindex="0">
    <table>
      <caption>
        <span>${caption}</span>
      </caption>
      <thead>
        <tr>
          ${titles}
        </tr>
      </thead>
      ${bodies}
    </table>
  </div>`
}

function tableRow<Row>(columns: readonly HtmlColumn<Row>[], row: Row): Html {
  const cells = columns.map(({ align, cell }, i) =>
    i === 0 ? html`<th scope="row" ${sideOf(align)}>${cell(row)}</th>` : html`<td${sideOf(align)}>${cell(row)}</td>`,
  )
  return html`<tr>
    ${cells}
  </tr> `
}

function sideOf(align: HtmlColumn<never>['align']): Html {
  return align === 'left' ? html` class="left"` : html``
}
