// Words are data: how they are folded for search, cut for labels, and kept from turning the text around them.

/** Lower case, without accents; Hangul as its letters, so that half a syllable finds the whole. */
export function fold(word: string): string {
  return word.normalize("NFKD").replace(/\p{Mn}/gu, "").toLowerCase();
}

/** What cannot be seen, as something that can. */
export function visible(word: string): string {
  if (word === "") return "(empty)";
  return word.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, "\uFFFD").replace(/^\s|\s$/g, "\u2423");
}

const segments = "Segmenter" in Intl ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

/** At most so many letters for a label on a canvas, isolated from the direction of the text around it. */
export function label(word: string, most = 24): string {
  let shown = visible(word);
  if (shown.length > most) {
    const part = shown.slice(0, 8 * most);
    const letters = segments ? Array.from(segments.segment(part), (s) => s.segment) : Array.from(part);
    if (letters.length > most || part.length < shown.length) shown = letters.slice(0, most - 1).join("") + "\u2026";
  }
  return `\u2068${shown}\u2069`;
}

export function number(value: number, digits = 0): string {
  return value.toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A number of things: "1 word", "2 words". */
export function amount(value: number, thing: string, things = `${thing}s`): string {
  return `${number(value)} ${value === 1 ? thing : things}`;
}

/** A few significant digits, for axes and tables. */
export function short(value: number): string {
  if (!Number.isFinite(value)) return "\u2013";
  const size = Math.abs(value);
  if (size >= 1000) return number(value);
  if (size >= 100) return number(value, 0);
  if (size >= 10) return number(value, 1);
  return size && size < 0.001 ? value.toExponential(1) : number(value, size >= 1 ? 2 : 3);
}
