/** The little of a browser that the page needs, as types: the house compiles without the DOM library, so that `document` cannot slip into the rest. */

/** A 2-D drawing context. */
export interface Pen {
  fillStyle: string;
  strokeStyle: string;
  lineWidth: number;
  font: string;
  textAlign: string;
  textBaseline: string;
  lineJoin: string;
  globalAlpha: number;
  save(): void;
  restore(): void;
  beginPath(): void;
  closePath(): void;
  moveTo(x: number, y: number): void;
  lineTo(x: number, y: number): void;
  quadraticCurveTo(cx: number, cy: number, x: number, y: number): void;
  rect(x: number, y: number, width: number, height: number): void;
  clip(): void;
  translate(x: number, y: number): void;
  rotate(angle: number): void;
  fill(): void;
  stroke(): void;
  fillRect(x: number, y: number, width: number, height: number): void;
  strokeRect(x: number, y: number, width: number, height: number): void;
  fillText(text: string, x: number, y: number): void;
  strokeText(text: string, x: number, y: number): void;
  measureText(text: string): { readonly width: number };
  setLineDash(pattern: readonly number[]): void;
}

export interface Area {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** A chart as plugins see it, with the data of the house under `D`. */
export interface DrawnChart<D> {
  readonly ctx: Pen;
  readonly chartArea: Area;
  readonly scales: Readonly<Record<string, { getPixelForValue(value: number): number }>>;
  readonly config: { readonly data: D };
  readonly data: { readonly datasets: readonly { readonly data: readonly unknown[] }[] };
  getDatasetMeta(index: number): { readonly hidden: boolean | null; readonly data: { x: number; y: number }[] };
  isDatasetVisible(index: number): boolean;
}

/** An element of the page. */
export interface PageElement {
  textContent: string;
  value: string;
  href: string;
  download: string;
  hidden: boolean;
  readonly id: string;
  readonly dataset: Record<string, string | undefined>;
  readonly style: Record<string, string>;
  readonly children: ArrayLike<PageElement>;
  addEventListener(type: string, listener: (event: { readonly target: PageElement }) => void): void;
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  closest(selector: string): PageElement | null;
  getAttribute(name: string): string | null;
  setAttribute(name: string, value: string): void;
  append(...children: PageElement[]): void;
  click(): void;
}

export interface PageWindow {
  readonly document: {
    readonly documentElement: PageElement;
    getElementById(id: string): PageElement | null;
    querySelectorAll(selector: string): Iterable<PageElement>;
    createElement(name: string): PageElement;
  };
  matchMedia(query: string): { readonly matches: boolean; addEventListener(type: string, listener: () => void): void };
  addEventListener(type: string, listener: () => void): void;
  atob(text: string): string;
  readonly URL: { createObjectURL(blob: unknown): string; revokeObjectURL(address: string): void };
  readonly Blob: new (
    parts: readonly unknown[],
    options?: { readonly type: string },
  ) => { stream(): { pipeThrough(through: unknown): unknown } };
  readonly DecompressionStream: new (format: string) => unknown;
  readonly Response: new (body: unknown) => { arrayBuffer(): Promise<ArrayBuffer> };
  readonly Chart: new (canvas: PageElement, config: unknown) => { destroy(): void };
}
