/** The look of a page: one column, light and dark by `light-dark()`, and clean A4 on paper. */
export const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1b1f, #ececf1); --muted: light-dark(#5c5f66, #a8abb3); --paper: light-dark(#ffffff, #1e1f24);
  --page: light-dark(#f5f6f8, #141519); --line: light-dark(#dcdee3, #3a3c44); --good: light-dark(#00734f, #2fc296); --bad: light-dark(#b34700, #ff9a57); --link: light-dark(#0060a0, #6cbcf0); }
:root[data-theme=light] { color-scheme: light } :root[data-theme=dark] { color-scheme: dark }
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, 'DejaVu Sans', sans-serif; overflow-wrap: break-word }
header, main, footer { max-width: 1080px; margin: 0 auto; padding: 0 20px }
header { padding-top: 24px } h1 { font-size: 26px; line-height: 1.25; margin: 0 0 4px } h2 { font-size: 20px; margin: 36px 0 10px; padding-top: 8px; border-top: 1px solid var(--line) }
h3 { font-size: 15px; margin: 0 0 6px } p { margin: 0 0 10px; max-width: 80ch } .note, figcaption { color: var(--muted); font-size: 13px } a { color: var(--link) }
nav { display: flex; flex-wrap: wrap; gap: 4px 16px; align-items: center; margin: 12px 0; font-size: 14px }
button, select { font: inherit; font-size: 13px; color: inherit; background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 3px 10px; cursor: pointer }
nav button { margin-left: auto }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(190px, 1fr)); gap: 12px }
.tile { background: var(--paper); border: 1px solid var(--line); border-left: 5px solid var(--muted); border-radius: 8px; padding: 12px 14px }
.tile.good { border-left-color: var(--good) } .tile.bad { border-left-color: var(--bad) } .tile h3 { color: var(--muted); font-weight: 600; font-size: 13px }
.tile p { margin: 0; font-size: 13px } .tile .value { font-size: 20px; font-weight: 650; line-height: 1.3; margin-bottom: 4px }
figure { margin: 16px 0; background: var(--paper); border: 1px solid var(--line); border-radius: 8px; padding: 14px 16px; break-inside: avoid }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 0 16px } .grid figure { min-width: 0 }
.canvas { position: relative; width: 100% } figcaption { margin-top: 8px; max-width: 100ch } .axes { display: flex; gap: 16px; font-size: 13px; margin-bottom: 6px }
details { margin-top: 8px; font-size: 13px } summary { cursor: pointer; color: var(--link) }
.table { overflow-x: auto; margin: 8px 0; max-height: 560px; background: var(--paper) }
table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums; width: 100% }
th, td { padding: 4px 10px; text-align: right; border-bottom: 1px solid var(--line); vertical-align: top } .text { text-align: left } td.text:nth-child(2) { min-width: 15ch } td.short, td:not(.text) { white-space: nowrap }
th { position: sticky; top: 0; background: var(--paper); vertical-align: bottom } th button { border: 0; padding: 0; background: none; font-weight: 600; text-align: inherit }
th[aria-sort=ascending] button::after { content: ' \\2191' } th[aria-sort=descending] button::after { content: ' \\2193' } tbody tr:hover { background: var(--page) }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(250px, 1fr)); gap: 8px 24px; margin: 8px 0 } dt { color: var(--muted); font-size: 12px } dd { margin: 0; overflow-wrap: anywhere }
pre { background: var(--paper); border: 1px solid var(--line); border-radius: 6px; padding: 10px; overflow-x: auto; font-size: 12px; white-space: pre-wrap; overflow-wrap: anywhere }
footer { padding: 24px 20px 40px; color: var(--muted); font-size: 13px }
@media print {
  :root, :root[data-theme] { color-scheme: light } @page { size: A4; margin: 14mm } body { background: #fff; font-size: 10.5pt } header, main, footer { max-width: none; padding: 0 }
  nav, button.csv, .axes, details:not([open]) { display: none } .grid { display: block } h2 { break-after: avoid } .tiles { grid-template-columns: repeat(3, 1fr) }
  .tile, tr { break-inside: avoid } .table { max-height: none; overflow: visible } th { position: static } th, td, th button { padding: 1px 2px; font-size: 6.5pt; line-height: 1.3 } th { overflow-wrap: break-word } td.text { min-width: 0 !important; overflow-wrap: anywhere }
  .canvas { height: auto !important } canvas { width: 100% !important; height: auto !important }
}
`;
