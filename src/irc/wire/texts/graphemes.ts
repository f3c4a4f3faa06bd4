let segmenter: Intl.Segmenter | undefined;

/**
 * What a reader takes for one character each, in order.
 * ([Unicode Standard Annex #29](https://www.unicode.org/reports/tr29/))
 */
export function* graphemesOf(text: string): IterableIterator<string> {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" });
  for (const { segment } of segmenter.segment(text)) yield segment;
}
