import { describe, expect, test } from 'vitest';
import tokens from './tokens.css?raw';

/** One line per role: `light-dark(` is set over several lines where it is long. */
const css = tokens.replace(/\(\s+/g, '(').replace(/,\s+/g, ', ').replace(/\s+\)/g, ')');

type Rgb = readonly [number, number, number];
type Theme = 'light' | 'dark';

/** OKLCH to 8-bit sRGB (Ottosson 2020, https://bottosson.github.io/posts/oklab/), clipped as browsers do. */
function srgb(text: string): Rgb {
  const [l = 0, c = 0, h = 0] = (text.match(/[\d.]+/g) ?? []).map(Number);
  const a = c * Math.cos((h * Math.PI) / 180);
  const b = c * Math.sin((h * Math.PI) / 180);
  const long = (l + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (l - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (l - 0.0894841775 * a - 1.291485548 * b) ** 3;
  const linear = [
    4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
    -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
    -0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short,
  ];
  const [red = 0, green = 0, blue = 0] = linear.map((value) => {
    const clipped = Math.min(1, Math.max(0, value));
    const encoded = clipped <= 0.0031308 ? 12.92 * clipped : 1.055 * clipped ** (1 / 2.4) - 0.055;
    return Math.round(encoded * 255);
  });
  return [red, green, blue];
}

/** The colour of a role, as it stands in tokens.css. */
function role(name: string, theme: Theme): Rgb {
  const both = new RegExp(`--${name}: light-dark\\((oklch\\([^)]+\\)), (oklch\\([^)]+\\))\\)`);
  const pair = both.exec(css);
  const one = new RegExp(`--${name}: (oklch\\([^)]+\\))`).exec(css);
  const text = pair ? pair[theme === 'light' ? 1 : 2] : one?.[1];
  if (!text) throw new Error(`tokens.css has no colour --${name}`);
  return srgb(text);
}

/** Contrast of two colours, WCAG 2.2 (relative luminance of sRGB). */
function contrast(a: Rgb, b: Rgb): number {
  const luminance = (rgb: Rgb) => {
    const [red = 0, green = 0, blue = 0] = rgb.map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

/** Foreground, background, and the least contrast: 7 and 4.5 for words, 3 for shapes. */
const kPairs: readonly (readonly [string, string, number])[] = [
  ['ink', 'canvas', 7],
  ['ink-2', 'canvas', 7],
  ['inverse', 'ink', 7],
  ['ink-3', 'canvas', 4.5],
  ['ink-3', 'sunken', 4.5],
  ['ink-3', 'hover', 4.5],
  ['ink-3', 'surface', 4.5],
  ['ink-3', 'model-tint', 4.5],
  ['ink-2', 'sunken', 4.5],
  ['person-text', 'surface', 4.5],
  ['person-text', 'canvas', 4.5],
  ['person-text', 'sunken', 4.5],
  ['person-text', 'person-tint', 4.5],
  ['model-text', 'surface', 4.5],
  ['model-text', 'canvas', 4.5],
  ['model-text', 'sunken', 4.5],
  ['model-text', 'model-tint', 4.5],
  ['cut-text', 'canvas', 4.5],
  ['cut-text', 'cut-tint', 4.5],
  ['on-rec', 'rec', 4.5],
  ['on-matte', 'matte', 4.5],
  ['error', 'surface', 4.5],
  ['error', 'error-tint', 4.5],
  ['ok', 'surface', 4.5],
  ['ok', 'ok-tint', 4.5],
  ['surface', 'model', 4.5],
  ['surface', 'person-text', 4.5],
  ['person', 'sunken', 3],
  ['person', 'surface', 3],
  ['model', 'sunken', 3],
  ['model', 'surface', 3],
  ['cut', 'sunken', 3],
  ['gap', 'sunken', 3],
  ['edge', 'surface', 3],
  ['rec', 'canvas', 3],
];

describe.each<Theme>(['light', 'dark'])('%s theme', (theme) => {
  test.each(kPairs)('%s on %s has a contrast of at least %d', (front, back, least) => {
    expect(contrast(role(front, theme), role(back, theme))).toBeGreaterThanOrEqual(least);
  });
});

test('the computation agrees with known contrasts', () => {
  expect(contrast([0, 0, 0], [255, 255, 255])).toBeCloseTo(21, 5);
  expect(contrast(srgb('oklch(1 0 0)'), srgb('oklch(0 0 0)'))).toBeCloseTo(21, 5);
  expect(srgb('oklch(0.627955 0.257683 29.234)')).toEqual([255, 0, 0]);
});

const sheets = import.meta.glob<string>(['../**/*.css', '!./tokens.css'], {
  query: '?raw',
  import: 'default',
  eager: true,
});

test('no stylesheet brings a colour of its own', () => {
  expect(Object.keys(sheets).length).toBeGreaterThan(10);
  for (const [path, text] of Object.entries(sheets)) {
    expect(text.match(/#[0-9a-f]{3,8}\b|\b(?:rgb|hsl|oklch|oklab)a?\(/gi) ?? [], path).toEqual([]);
  }
});
