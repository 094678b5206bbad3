/**
 * Colours that people with any colour vision can tell apart, and the two themes of a page. A chart names theme colours by tokens ("@ink"); they are replaced when it is drawn.
 * Source: Okabe and Ito 2008, Color Universal Design (categories); van der Walt and Smith 2015, viridis (amounts).
 */

/** Categories. Black is left out: on a dark page it is `@ink`. */
export const OKABE_ITO = {
  orange: '#e69f00',
  sky: '#56b4e9',
  green: '#009e73',
  yellow: '#f0e442',
  blue: '#0072b2',
  vermilion: '#d55e00',
  purple: '#cc79a7',
  grey: '#8a8a8a',
} as const;

/** Order in which curves and designs take their colours. Sky is not among them: on a dark page `@blue` is sky. */
const SERIES = ['@blue', OKABE_ITO.vermilion, OKABE_ITO.green, OKABE_ITO.purple, OKABE_ITO.orange, '@ink', OKABE_ITO.grey] as const;

const VIRIDIS = [
  '#440154',
  '#482475',
  '#414487',
  '#355f8d',
  '#2a788e',
  '#21918c',
  '#22a884',
  '#44bf70',
  '#7ad151',
  '#bddf26',
  '#fde725',
] as const;

/** What the tokens in a chart stand for. */
export interface Theme {
  readonly '@ink': string;
  readonly '@muted': string;
  readonly '@grid': string;
  readonly '@paper': string;
  /** Blue that stands out from either paper. */
  readonly '@blue': string;
  /** From little to much: much is what stands out from the paper, so the direction depends on the theme. */
  readonly '@ramp': readonly string[];
}

export const THEMES: Readonly<Record<'light' | 'dark', Theme>> = {
  light: {
    '@ink': '#1b1b1f',
    '@muted': '#5c5f66',
    '@grid': '#e3e4e8',
    '@paper': '#ffffff',
    '@blue': OKABE_ITO.blue,
    '@ramp': VIRIDIS.toReversed(),
  },
  dark: { '@ink': '#ececf1', '@muted': '#a8abb3', '@grid': '#3a3c44', '@paper': '#1e1f24', '@blue': OKABE_ITO.sky, '@ramp': VIRIDIS },
};

/** Colour of series k; they repeat after seven. */
export function seriesColour(k: number): string {
  return SERIES[k % SERIES.length]!;
}
