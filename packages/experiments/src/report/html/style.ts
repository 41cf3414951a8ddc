import { darkRules } from '../../plot/index.ts'

/** The whole style of a report: light and dark, screen, phone and paper. */
export const STYLE: string = `:root {
  color-scheme: light dark;
  --paper: #ffffff; --card: #f6f8fa; --ink: #1f2328; --muted: #59636e; --line: #d1d9e0; --accent: #0a5c94;
  --good: #d8f3e0; --bad: #ffe1d9; --open: #fdf0c4;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #0d1117; --card: #161b22; --ink: #e6edf3; --muted: #9aa4ae; --line: #30363d; --accent: #6cb6ff;
    --good: #12361f; --bad: #4a1d14; --open: #3d3110;
  }
  ${darkRules('.plot ')}
}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100%; text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.6 system-ui, sans-serif; overflow-wrap: break-word }
main, header, footer { max-width: 1032px; margin: 0 auto; padding: 0 16px }
header { padding-top: 40px }
h1 { font-size: 2rem; line-height: 1.2; margin: 4px 0 12px; letter-spacing: -0.01em; text-wrap: balance }
h2 { font-size: 1.4rem; line-height: 1.3; margin: 56px 0 12px; padding-top: 16px; border-top: 1px solid var(--line) }
h3 { font-size: 1.05rem; line-height: 1.4; margin: 0 0 12px }
p, li { max-width: 72ch }
.kind, .facts, figcaption, caption, .note { color: var(--muted) }
.kind { font-size: 0.85rem; font-weight: 600; letter-spacing: 0.06em; text-transform: uppercase; margin: 0 }
.facts { display: flex; flex-wrap: wrap; gap: 4px 24px; padding: 0; margin: 16px 0 0; list-style: none; font-size: 0.9rem }
a { color: var(--accent) }
nav > ul { display: flex; flex-wrap: wrap; gap: 4px 20px; padding: 0; margin: 24px 0 0; list-style: none; font-size: 0.9rem }
nav li { max-width: none } nav li:has(ul) { flex-basis: 100%; order: 1 }
nav ul ul { columns: 2 20em; padding: 0 0 0 20px; margin: 0 } nav ul ul li { break-inside: avoid }
.answer { background: var(--card); border: 1px solid var(--line); border-left: 4px solid var(--accent); border-radius: 6px;
  padding: 16px 20px; margin: 28px 0 }
.answer h2 { font-size: 1.1rem; margin: 0 0 8px; padding: 0; border: 0 }
.answer h3 { margin: 12px 0 4px }
.answer ul { margin: 0; padding-left: 20px }
.parts { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); gap: 8px 32px }
.parts > div { min-width: 0 } .parts p { margin: 0 } .answer > p { margin: 4px 0; max-width: none }
.warning { background: var(--open); border-radius: 6px; padding: 8px 14px; max-width: none }
figure { margin: 32px 0 48px }
figcaption { font-size: 0.9rem; margin-top: 8px; max-width: 80ch }
.plot svg { display: block; max-width: 100%; height: auto }
.narrow { display: none }
.scroll { overflow-x: auto; margin: 20px 0; border: 1px solid var(--line); border-radius: 6px }
.scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
table { border-collapse: collapse; width: 100%; font-size: 0.875rem; font-variant-numeric: tabular-nums }
caption { text-align: left; padding: 10px 0; font-size: 0.875rem }
caption span { display: inline-block; position: sticky; left: 0; padding: 0 10px; max-width: calc(100vw - 40px) }
th, td { padding: 6px 10px; text-align: right; white-space: nowrap; border-top: 1px solid var(--line) }
th { font-weight: 600 }
thead th { background: var(--card); white-space: normal; vertical-align: bottom; line-height: 1.35 }
.left, tbody th { text-align: left }
td.left { white-space: normal; min-width: 12em }
.part th { background: var(--card) }
small { font-size: 0.8125rem; color: var(--muted) }
.scroll tr > :first-child:not([colspan]) { position: sticky; left: 0; background: var(--paper) }
.scroll thead tr > :first-child:not([colspan]) { background: var(--card) }
.verdict { display: inline-block; padding: 1px 10px; border-radius: 10px; white-space: nowrap }
.holds { background: var(--good) } .fails { background: var(--bad) } .undecided { background: var(--open) }
pre { background: var(--card); border: 1px solid var(--line); border-radius: 6px; padding: 12px 16px; overflow-x: auto;
  font: 0.8125rem/1.5 ui-monospace, monospace }
code { font: 0.875em ui-monospace, monospace } pre code { font-size: inherit }
.claims { list-style: none; padding: 0 } .claims li { max-width: none; margin: 0 0 20px } .claims p { margin: 4px 0 0 }
details { margin: 16px 0 } summary { cursor: pointer; font-weight: 600 }
.setting { border-top: 1px solid var(--line); margin: 0; padding: 12px 0 } summary h3 { display: inline; margin: 0 }
summary:focus-visible, a:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 20px; margin: 16px 0 }
dt { color: var(--muted) } dd { margin: 0; min-width: 0 }
footer { color: var(--muted); font-size: 0.85rem; padding: 40px 16px }
@media screen and (max-width: 760px) {
  header { padding-top: 24px }
  h1 { font-size: 1.5rem }
  .wide { display: none } .narrow { display: block }
  .narrow svg { margin: 0 auto }
  tbody th:not([colspan]) { white-space: normal; min-width: 84px; max-width: 40vw }
  dl { grid-template-columns: 1fr; gap: 0 } dd { margin-bottom: 8px }
}
@media print {
  @page { margin: 16mm 14mm }
  body { font-size: 10.5pt }
  nav { display: none }
  main, header, footer { max-width: none; padding: 0 }
  h2, h3 { break-after: avoid }
  figure, .answer, tr { break-inside: avoid }
  .scroll { overflow: visible; border: 0 }
  table { font-size: 8pt } th, td { padding: 3px 5px }
  thead { display: table-header-group }
  pre { white-space: pre-wrap }
  details::details-content { content-visibility: visible; block-size: auto }
}`
