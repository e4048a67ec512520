/**
 * Cuts a list of descriptions into documents that the platform takes: each has the list's root and some of its entries, word for word. All
 * markets of a feed are megabytes, and every entry says by itself what it describes.
 */

const LISTS: Readonly<Record<string, string>> = { market_descriptions: "market", variant_descriptions: "variant" };
const ATTRIBUTES = String.raw`(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*`;
const ROOT = new RegExp(String.raw`<(\w+)${ATTRIBUTES}>`);

/** The parts, each of at most `charsMax`; null for what is no list, or has an entry larger than a part. */
export function splitDocument(text: string, charsMax: number): readonly string[] | null {
  const root = ROOT.exec(text);
  const entryName = LISTS[root?.[1] ?? ""];
  if (root?.[1] === undefined || entryName === undefined) return null;
  const [open, close] = [root[0], `</${root[1]}>`];
  const parts: string[] = [];
  let entries = "";
  for (const entry of entriesOf(text, root.index + open.length, entryName)) {
    if (open.length + entry.length + close.length > charsMax) return null;
    if (open.length + entries.length + entry.length + close.length > charsMax) {
      parts.push(open + entries + close);
      entries = "";
    }
    entries += entry;
  }
  return entries === "" ? null : [...parts, open + entries + close];
}

/** The entries from `start` on; ends where the list no longer has the form of one. */
function* entriesOf(text: string, start: number, name: string): Generator<string> {
  const opening = new RegExp(String.raw`\s*<${name}${ATTRIBUTES}(/?)>`, "y");
  const closing = `</${name}>`;
  opening.lastIndex = start;
  for (let found = opening.exec(text); found !== null; found = opening.exec(text)) {
    const end = found[1] === "/" ? opening.lastIndex : text.indexOf(closing, opening.lastIndex) + closing.length;
    if (end < opening.lastIndex) return;
    yield text.slice(found.index, end);
    opening.lastIndex = end;
  }
}
