export { figuresOf, renderPage, type Page } from './page/document.ts';
export type { Figure, FigureConfig, ReportTable } from './figure.ts';
export { renderPng } from './render.ts';
export { summarise } from './summary.ts';
export { pageOf, writeReport, type ReportFiles, type ReportOptions } from './write-report.ts';
export { chipPage } from './page/chip-sheet.ts';
export { diePage } from './page/die-sheet.ts';
export { chipText, dieText, differenceText } from './text/sheets.ts';
export { writeTrace, type TraceOptions } from './write-trace.ts';
