/**
 * The XML of a unified odds feed as plain objects: attributes and children by name, every value a string. Read at arm's length: bounded in
 * size, depth and attributes, in UTF-8 alone, no document types, no entities but the five of XML itself and characters by number.
 */
import { XMLParser } from "fast-xml-parser";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";

/** Some hundred markets of a match are 100 KB. */
export const XML_CHARS_MAX = 500_000;
const DEPTH_MAX = 12;
const ATTRIBUTES_MAX = 60;
const ATTRIBUTE_CHARS_MAX = 4_000;

/** Why a document is not read. The words are the code under which a refusal is kept and counted: they do not change. */
export type XmlRefusal =
  | "too large"
  | "has a document type"
  | "is not in UTF-8"
  | "is no XML"
  | "is no single element"
  | "is nested too deep"
  | "has too much in its attributes"
  | "has an unknown entity";

export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
}

type Node = { readonly [name: string]: unknown };

const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  processEntities: false,
  parseTagValue: false,
  parseAttributeValue: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: DEPTH_MAX,
});

/** Reads one document's root, or says why not. A longer document than a message is the reader's own choice. */
export function readXml(text: string, charsMax = XML_CHARS_MAX): Result<XmlElement, { readonly reason: XmlRefusal }> {
  if (text.length > charsMax) return err({ reason: "too large" });
  if (!isUtf8(text)) return err({ reason: "is not in UTF-8" });
  if (/<!/.test(text)) return err({ reason: "has a document type" });
  let nodes: unknown;
  try {
    nodes = parser.parse(text, true);
  } catch (error) {
    // The parser has one kind of error; a test holds its words.
    return err({ reason: error instanceof Error && error.message.includes("nested tags") ? "is nested too deep" : "is no XML" });
  }
  const roots = elementsOf(nodes, 0);
  if (!roots.ok) return roots;
  const [root] = roots.value;
  return root === undefined || roots.value.length !== 1 ? err({ reason: "is no single element" }) : ok(root);
}

/** False for a declaration of another encoding, and for what bytes of another become when they are read as UTF-8. */
function isUtf8(text: string): boolean {
  const declared = /^\s*<\?xml[^>]{0,200}?\bencoding\s*=\s*["']([^"']{0,40})["']/.exec(text)?.[1];
  const isDeclared = declared === undefined || declared.toUpperCase() === "UTF-8";
  return isDeclared && !/[^\t\n\r\u0020-\uFFFC]/.test(text) && text.isWellFormed();
}

function elementsOf(nodes: unknown, depth: number): Result<readonly XmlElement[], { readonly reason: XmlRefusal }> {
  if (!Array.isArray(nodes)) return err({ reason: "is no XML" });
  if (depth > DEPTH_MAX) return err({ reason: "is nested too deep" });
  const elements: XmlElement[] = [];
  for (const node of nodes as readonly Node[]) {
    const name = Object.keys(node).find((key) => key !== ":@");
    if (name === undefined || name === "#text") continue;
    const attributes = attributesOf(node[":@"]);
    if (!attributes.ok) return attributes;
    const children = elementsOf(node[name], depth + 1);
    if (!children.ok) return children;
    elements.push({ name, attributes: attributes.value, children: children.value });
  }
  return ok(elements);
}

function attributesOf(attributes: unknown): Result<Readonly<Record<string, string>>, { readonly reason: XmlRefusal }> {
  if (typeof attributes !== "object" || attributes === null) return ok({});
  const entries = Object.entries(attributes).map(([name, value]) => [name, String(value)] as const);
  const isTooMuch = entries.length > ATTRIBUTES_MAX || entries.some(([, text]) => text.length > ATTRIBUTE_CHARS_MAX);
  if (isTooMuch) return err({ reason: "has too much in its attributes" });
  if (entries.some(([, text]) => text.replace(ENTITY, "").includes("&"))) return err({ reason: "has an unknown entity" });
  return ok(Object.fromEntries(entries.map(([name, text]) => [name, unescaped(text)])));
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
/** The five of XML, and characters by number, up to the last there is. */
const ENTITY = /&(?:(lt|gt|quot|apos|amp)|#(\d{1,6})|#x([0-9a-fA-F]{1,5}));/g;

function unescaped(text: string): string {
  return text.replace(ENTITY, (whole, name: string | undefined, decimal: string | undefined, hex: string | undefined) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    return String.fromCodePoint(decimal === undefined ? Number.parseInt(hex ?? "", 16) : Number(decimal));
  });
}

/** The first child of this name, or null. */
export function childOf(element: XmlElement | null, name: string): XmlElement | null {
  return element?.children.find((child) => child.name === name) ?? null;
}

export function childrenOf(element: XmlElement | null, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name === name) ?? [];
}

/** A whole number of an attribute; null when it is absent or none. */
export function integerOf(element: XmlElement, name: string): number | null {
  const text = element.attributes[name];
  return text !== undefined && /^-?\d{1,15}$/.test(text) ? Number(text) : null;
}
