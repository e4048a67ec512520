/**
 * The XML of a unified odds feed as plain objects: attributes and children by name, every value a string. Read at arm's length: bounded in
 * size and depth, no document types, no entities but the five of XML itself.
 */
import { XMLParser } from "fast-xml-parser";
import { err, ok, type Result } from "../../../shared/kernel/result.ts";

/** Some hundred markets of a match are 100 KB. */
export const XML_CHARS_MAX = 500_000;
const DEPTH_MAX = 12;

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

/** Reads one document's root; refuses what is too large, has a document type, or is no XML. */
export function readXml(text: string): Result<XmlElement, { readonly reason: string }> {
  if (text.length > XML_CHARS_MAX) return err({ reason: "too large" });
  if (/<!/.test(text)) return err({ reason: "has a document type" });
  let nodes: unknown;
  try {
    nodes = parser.parse(text, true);
  } catch {
    return err({ reason: "is no XML" });
  }
  const roots = elementsOf(nodes, 0);
  const [root] = roots ?? [];
  return root === undefined || roots?.length !== 1 ? err({ reason: "is no single element, or nested too deep" }) : ok(root);
}

/** The elements among nodes; null when they are nested too deep. */
function elementsOf(nodes: unknown, depth: number): readonly XmlElement[] | null {
  if (!Array.isArray(nodes) || depth > DEPTH_MAX) return null;
  const elements: XmlElement[] = [];
  for (const node of nodes as readonly Node[]) {
    const name = Object.keys(node).find((key) => key !== ":@");
    if (name === undefined || name === "#text") continue;
    const children = elementsOf(node[name], depth + 1);
    if (children === null) return null;
    elements.push({ name, attributes: attributesOf(node[":@"]), children });
  }
  return elements;
}

function attributesOf(attributes: unknown): Readonly<Record<string, string>> {
  if (typeof attributes !== "object" || attributes === null) return {};
  return Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, unescaped(String(value))]));
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescaped(text: string): string {
  return text.replace(/&(lt|gt|quot|apos|amp);/g, (whole, name: string) => ENTITIES[name] ?? whole);
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
